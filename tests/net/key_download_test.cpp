#include "net/tokens/key_download.hpp"

#include "net/limits.hpp"
#include "tests/support/files.hpp"
#include "tests/support/signing.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <catch2/catch.hpp>

#include <future>
#include <regex>

namespace hansom::net {
namespace {

using namespace std::chrono_literals;

std::string published_keys() {
  return "{\"a\":\"" + std::regex_replace(first_key().certificate(), std::regex("\n"), "\\n") +
         "\"}";
}

/// What a file gives when it is fetched.
std::expected<PublishedKeys, std::string> fetched(const std::string& bytes) {
  const TempFolder folder;
  const auto file = folder.path() / "keys.json";
  write_file(file, bytes);
  return KeyDownload("file://" + file.string()).fetch();
}

std::string complaint(const std::expected<PublishedKeys, std::string>& fetched) {
  REQUIRE_FALSE(fetched);
  CHECK(fetched.error().find('\n') == std::string::npos);
  return fetched.error();
}

}  // namespace

TEST_CASE("keys may be published by https, on this machine by http, and in a file",
          "[key_download]") {
  const std::string url = GENERATE(
      "https://www.googleapis.com/robot/v1/metadata/x509/"
      "securetoken@system.gserviceaccount.com",
      "https://example.com:8443/keys?a=b", "HTTPS://example.com", "http://127.0.0.1:9/keys",
      "http://127.255.0.1/", "http://localhost:80/keys", "http://LocalHost/", "http://[::1]:9/",
      "file:///etc/hansom/keys.json");
  INFO(url);
  CHECK_FALSE(objection_to_keys_url(url));
}

TEST_CASE("keys may come from nowhere else", "[key_download]") {
  const std::string url =
      GENERATE("", " ", "keys.json", "/etc/keys.json", "localhost:80/keys", "//localhost/keys",
               "http://example.com/keys", "http://128.0.0.1/", "http://0.0.0.0/", "http://[::]/",
               "http://10.0.0.1/", "http://127.0.0.1.example.com/", "http://localhost.example.com/",
               "http://localhost@example.com/", "http://example.com#@localhost/", "http://",
               "http:///keys", "ftp://localhost/keys", "ftps://localhost/", "gopher://localhost/",
               "dict://localhost/", "data:text/plain,x", "javascript:1", "https:", "https://",
               "https://user:word@example.com/", "http://user@localhost/",
               "http://localhost:99999/", "https://exam ple.com/", "https://example.com/\nX: y");
  INFO(url);
  CHECK(objection_to_keys_url(url));
}

TEST_CASE("an answer is believed for its max-age less its age", "[key_download]") {
  const auto [cache_control, age, seconds] = GENERATE(table<std::string, std::string, int>({
      {"max-age=60", "", 60},
      {"public, max-age=21600, must-revalidate, no-transform", "", 21600},
      {"public,max-age=60", "10", 50},
      {"Max-Age=60", " 10 ", 50},
      {"max-age=\"60\"", "", 60},
      {"  max-age=60  , public", "", 60},
      {"private,, ,max-age=60", "", 60},
      {"max-age=60", "60", 0},
      {"max-age=60", "61", 0},
      {"max-age=60", "99999999999999999999", 0},
      {"max-age=0", "", 0},
      {"max-age=60", "-10", 60},
      {"max-age=60", "ten", 60},
      {"max-age=60, max-age=70", "", 60},
      {"max-age=86400", "", 86400},
      {"max-age=86401", "", 86400},
      {"max-age=99999999999999999999", "", 86400},
      {"", "", 300},
      {"", "10", 300},
      {"public", "", 300},
      {"s-maxage=60", "", 300},
      {"x-max-age=60", "", 300},
      {"max-age", "", 300},
      {"max-age=", "", 300},
      {"max-age=-1", "", 300},
      {"max-age=1.5", "", 300},
      {"max-age=1h", "", 300},
      {"max-age=\"", "", 300},
  }));
  INFO(cache_control << " / " << age);
  CHECK(freshness(cache_control, age).count() == seconds);
}

TEST_CASE("keys are read from a file, and kept for the default time", "[key_download]") {
  const auto keys = fetched(published_keys());
  REQUIRE(keys);
  CHECK(keys->keys.contains("a"));
  CHECK(keys->good_for == 5min);
}

TEST_CASE("a file that is missing, too large or something else is named in one line",
          "[key_download]") {
  CHECK(complaint(KeyDownload("file:///nowhere/keys.json").fetch())
            .starts_with("file:///nowhere/keys.json: "));
  CHECK(complaint(fetched("garbage")).find("certificates") != std::string::npos);
  CHECK(fetched(published_keys() + std::string(keys_bytes_max - published_keys().size(), ' ')));
  CHECK(complaint(fetched(std::string(keys_bytes_max + 1, ' '))).find("1 MiB") !=
        std::string::npos);
}

TEST_CASE("a fetch from a server that never answers ends when it is stopped", "[key_download]") {
  using boost::asio::ip::tcp;
  boost::asio::io_context context;
  tcp::acceptor mute(context, {boost::asio::ip::address_v4::loopback(), 0});
  KeyDownload download("http://127.0.0.1:" + std::to_string(mute.local_endpoint().port()) + "/");
  auto result = std::async(std::launch::async, [&] { return download.fetch(); });
  auto connection = mute.accept();
  std::string request;
  boost::asio::read_until(connection, boost::asio::dynamic_buffer(request), "\r\n\r\n");
  download.stop();
  REQUIRE(result.wait_for(keys_fetch_timeout / 10) == std::future_status::ready);
  complaint(result.get());
}

}  // namespace hansom::net
