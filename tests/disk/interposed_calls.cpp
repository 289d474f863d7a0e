// These stand before the C library's, for RocksDB as well as for us: the dynamic linker finds them
// first. So whatever is written comes by, with RocksDB's own handling of short writes and errors
// behind it, and there is no way past.

#include "tests/disk/interposed_calls.hpp"

#include "tests/disk/faulty_disk.hpp"

#include <cstdarg>
#include <cstdio>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hansom::real {
namespace {

template <typename Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

int open(const char* path, int flags, mode_t mode) {
  static const auto call = next<int(const char*, int, ...)>("open");
  return call(path, flags, mode);
}
ssize_t write(int fd, const void* bytes, std::size_t size) {
  static const auto call = next<ssize_t(int, const void*, std::size_t)>("write");
  return call(fd, bytes, size);
}
ssize_t pwrite(int fd, const void* bytes, std::size_t size, off_t at) {
  static const auto call = next<ssize_t(int, const void*, std::size_t, off_t)>("pwrite");
  return call(fd, bytes, size, at);
}
int fdatasync(int fd) {
  static const auto call = next<int(int)>("fdatasync");
  return call(fd);
}
int fsync(int fd) {
  static const auto call = next<int(int)>("fsync");
  return call(fd);
}
int ftruncate(int fd, off_t size) {
  static const auto call = next<int(int, off_t)>("ftruncate");
  return call(fd, size);
}
int rename(const char* from, const char* to) {
  static const auto call = next<int(const char*, const char*)>("rename");
  return call(from, to);
}
int unlink(const char* path) {
  static const auto call = next<int(const char*)>("unlink");
  return call(path);
}
int link(const char* from, const char* to) {
  static const auto call = next<int(const char*, const char*)>("link");
  return call(from, to);
}
int mkdir(const char* path, mode_t mode) {
  static const auto call = next<int(const char*, mode_t)>("mkdir");
  return call(path, mode);
}

}  // namespace hansom::real

using hansom::FaultyDisk;
namespace real = hansom::real;

extern "C" {

int open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if (flags & (O_CREAT | O_TMPFILE)) {
    std::va_list more;
    va_start(more, flags);
    mode = va_arg(more, mode_t);
    va_end(more);
  }
  auto* disk = FaultyDisk::current();
  return disk ? disk->open(path, flags, mode) : real::open(path, flags, mode);
}
ssize_t write(int fd, const void* bytes, std::size_t size) {
  auto* disk = FaultyDisk::current();
  return disk ? disk->write(fd, bytes, size) : real::write(fd, bytes, size);
}
ssize_t pwrite(int fd, const void* bytes, std::size_t size, off_t at) {
  auto* disk = FaultyDisk::current();
  return disk ? disk->pwrite(fd, bytes, size, at) : real::pwrite(fd, bytes, size, at);
}
int fdatasync(int fd) {
  auto* disk = FaultyDisk::current();
  return disk ? disk->sync(fd, true) : real::fdatasync(fd);
}
int fsync(int fd) {
  auto* disk = FaultyDisk::current();
  return disk ? disk->sync(fd, false) : real::fsync(fd);
}
int ftruncate(int fd, off_t size) noexcept {
  auto* disk = FaultyDisk::current();
  return disk ? disk->truncate(fd, size) : real::ftruncate(fd, size);
}
int rename(const char* from, const char* to) noexcept {
  auto* disk = FaultyDisk::current();
  return disk ? disk->rename(from, to) : real::rename(from, to);
}
int unlink(const char* path) noexcept {
  auto* disk = FaultyDisk::current();
  return disk ? disk->unlink(path) : real::unlink(path);
}
int link(const char* from, const char* to) noexcept {
  auto* disk = FaultyDisk::current();
  return disk ? disk->link(from, to) : real::link(from, to);
}
int mkdir(const char* path, mode_t mode) noexcept {
  auto* disk = FaultyDisk::current();
  return disk ? disk->mkdir(path, mode) : real::mkdir(path, mode);
}

}  // extern "C"
