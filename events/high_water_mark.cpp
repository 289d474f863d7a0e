#include "events/high_water_mark.hpp"

#include <rapidjson/document.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace hansom {
namespace {

std::unexpected<std::string> failed(const std::string& what, const std::filesystem::path& file) {
  return std::unexpected("can't " + what + " " + file.string() + ": " + std::strerror(errno));
}

/// Closes a descriptor at the end of its scope.
struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

}  // namespace

std::expected<void, std::string> store_mark(const std::filesystem::path& file,
                                            const HighWaterMark& mark) {
  const std::string text = "{\"position\":" + std::to_string(mark.position.value) + ",\"hash\":\"" +
                           to_hex(mark.hash) + "\"}\n";
  auto fresh = file;
  fresh += ".new";
  {
    const Descriptor out{::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)};
    if (out.fd < 0) return failed("create", fresh);
    if (::write(out.fd, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
      return failed("write", fresh);
    }
    if (::fdatasync(out.fd) != 0) return failed("sync", fresh);
  }
  if (::rename(fresh.c_str(), file.c_str()) != 0) return failed("replace", file);
  const Descriptor folder{::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (folder.fd < 0 || ::fsync(folder.fd) != 0) return failed("sync", file.parent_path());
  return {};
}

std::expected<std::optional<HighWaterMark>, std::string> load_mark(
    const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    if (error) return std::unexpected("can't look at " + file.string() + ": " + error.message());
    return std::nullopt;
  }
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) return std::unexpected("can't read " + file.string());

  rapidjson::Document json;
  json.Parse<rapidjson::kParseIterativeFlag>(text.str().c_str());
  if (!json.HasParseError() && json.IsObject()) {
    const auto position = json.FindMember("position");
    const auto hash = json.FindMember("hash");
    if (position != json.MemberEnd() && position->value.IsUint64() && hash != json.MemberEnd() &&
        hash->value.IsString()) {
      if (const auto digest = parse_hex(hash->value.GetString())) {
        return HighWaterMark{{position->value.GetUint64()}, *digest};
      }
    }
  }
  return std::unexpected(file.string() + " is no high-water mark");
}

}  // namespace hansom
