#include "events/files.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace hansom {
namespace {

std::unexpected<std::string> failed(const char* what, const std::filesystem::path& file) {
  return std::unexpected(std::string("can't ") + what + " " + file.string() + ": " +
                         std::strerror(errno));
}

/// Closes a descriptor at the end of its scope.
struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

}  // namespace

std::expected<void, std::string> sync_folder(const std::filesystem::path& folder) {
  const Descriptor opened{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (opened.fd < 0 || ::fsync(opened.fd) != 0) return failed("sync", folder);
  return {};
}

std::expected<void, std::string> replace_file(const std::filesystem::path& file,
                                              const std::string& text, unsigned mode) {
  auto fresh = file;
  fresh += ".new";
  {
    const Descriptor out{::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)};
    if (out.fd < 0) return failed("create", fresh);
    if (::write(out.fd, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
      return failed("write", fresh);
    }
    if (::fdatasync(out.fd) != 0) return failed("sync", fresh);
  }
  if (::rename(fresh.c_str(), file.c_str()) != 0) return failed("replace", file);
  return sync_folder(file.parent_path());
}

}  // namespace hansom
