#pragma once

#include <cstddef>
#include <sys/types.h>

/// The C library's own calls, or a sanitizer's, which stand behind ours (interposed_calls.cpp).
namespace hansom::real {

int open(const char* path, int flags, mode_t mode);
ssize_t write(int fd, const void* bytes, std::size_t size);
ssize_t pwrite(int fd, const void* bytes, std::size_t size, off_t at);
int fdatasync(int fd);
int fsync(int fd);
int ftruncate(int fd, off_t size);
int rename(const char* from, const char* to);
int unlink(const char* path);
int link(const char* from, const char* to);
int mkdir(const char* path, mode_t mode);

}  // namespace hansom::real
