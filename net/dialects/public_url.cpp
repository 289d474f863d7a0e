#include "net/dialects/public_url.hpp"

#include "events/files.hpp"

namespace hansom::net {

std::filesystem::path public_url_file(const std::filesystem::path& data_dir) {
  return data_dir / "public-url";
}

std::expected<void, std::string> note_public_url(const std::filesystem::path& data_dir,
                                                 const std::string& public_url) {
  const auto line = public_url + "\n";
  const auto noted = load_file(public_url_file(data_dir));
  if (noted && *noted == line) return {};
  return replace_file(public_url_file(data_dir), line, 0644);
}

std::string noted_public_url(const std::filesystem::path& data_dir) {
  const auto noted = load_file(public_url_file(data_dir));
  if (!noted || !*noted) return "http://127.0.0.1:8080";
  return (*noted)->substr(0, (*noted)->find('\n'));
}

}  // namespace hansom::net
