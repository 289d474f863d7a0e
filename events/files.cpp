#include "events/files.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string_view>
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

std::expected<void, std::string> sync_names_of(const std::filesystem::path& folder) {
  std::error_code error;
  const auto place = std::filesystem::canonical(folder, error);
  if (error) return std::unexpected("can't find " + folder.string() + ": " + error.message());
  const auto parent = place.parent_path();
  for (auto each = place;; each = each.parent_path()) {
    const auto synced = sync_folder(each);
    if (!synced && (each == place || each == parent)) return synced;
    if (each == each.parent_path()) return {};
  }
}

std::expected<std::optional<std::string>, std::string> load_file(
    const std::filesystem::path& file) {
  const Descriptor in{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
  if (in.fd < 0 && errno == ENOENT) return std::nullopt;
  if (in.fd < 0) return failed("open", file);
  std::string text;
  for (std::size_t got = 0;; text.resize(got)) {
    text.resize(got + (1u << 20));
    const auto read = ::read(in.fd, text.data() + got, text.size() - got);
    if (read < 0) return failed("read", file);
    got += static_cast<std::size_t>(read);
    if (read == 0) {
      text.resize(got);
      return text;
    }
  }
}

bool is_locked_by_another_process(const std::filesystem::path& file) {
  const Descriptor opened{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
  struct flock lock {};
  lock.l_type = F_RDLCK;
  lock.l_whence = SEEK_SET;
  return opened.fd >= 0 && ::fcntl(opened.fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

std::expected<void, std::string> replace_file(const std::filesystem::path& file,
                                              const std::string& text, unsigned mode) {
  auto fresh = file;
  fresh += ".new";
  const auto given_up = [&](std::unexpected<std::string> why) {
    ::unlink(fresh.c_str());  // it may hold the last bytes there were
    return why;
  };
  {
    const Descriptor out{::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)};
    if (out.fd < 0) return failed("create", fresh);
    for (std::string_view rest = text; !rest.empty();) {
      const auto written = ::write(out.fd, rest.data(), rest.size());
      if (written < 0) return given_up(failed("write", fresh));
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fdatasync(out.fd) != 0) return given_up(failed("sync", fresh));
  }
  if (::rename(fresh.c_str(), file.c_str()) != 0) return given_up(failed("replace", file));
  return sync_folder(file.parent_path());
}

}  // namespace hansom
