#include "net/tokens/key_download.hpp"

#include "net/limits.hpp"
#include "net/tokens/freed.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <charconv>
#include <curl/curl.h>

namespace hansom::net {
namespace {

using Easy = std::unique_ptr<CURL, Freed<curl_easy_cleanup>>;
using Url = std::unique_ptr<CURLU, Freed<curl_url_cleanup>>;

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::ranges::equal(text, lower_case, {}, lower);
}

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

/// A number of seconds (RFC 9111, 1.2.2), quoted or not; one that is too large to read is "ever".
std::optional<std::chrono::seconds> read_seconds(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  if (text.empty() || text.find_first_not_of("0123456789") != text.npos) return std::nullopt;
  std::int32_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  return std::chrono::seconds(error == std::errc() ? seconds : INT32_MAX);
}

/// How long an answer may be kept; `no-store` and `no-cache` have the last word (RFC 9111, 5.2.2).
std::optional<std::chrono::seconds> max_age(std::string_view cache_control) {
  std::optional<std::chrono::seconds> age;
  while (!cache_control.empty()) {
    const auto comma = std::min(cache_control.find(','), cache_control.size());
    const auto directive = trimmed(cache_control.substr(0, comma));
    cache_control.remove_prefix(std::min(comma + 1, cache_control.size()));
    const auto name = directive.substr(0, directive.find('='));
    if (equals_ignoring_case(name, "no-store") || equals_ignoring_case(name, "no-cache")) {
      return std::chrono::seconds(0);
    }
    if (!age && equals_ignoring_case(name, "max-age") && name.size() < directive.size()) {
      age = read_seconds(directive.substr(name.size() + 1));
    }
  }
  return age;
}

/// Part of a URL as libcurl reads it, so that what is checked is what it will connect to.
std::string part(const Url& url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, 0) != CURLUE_OK) return {};
  std::string part(text);
  curl_free(text);
  return part;
}

Url parse(const std::string& text) {
  Url url(curl_url());
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return nullptr;
  return url;
}

bool is_loopback(std::string host) {
  if (equals_ignoring_case(host, "localhost")) return true;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  return !error && address.is_loopback();
}

/// All the lines of a header, as one.
std::string header(CURL* easy, const char* name) {
  std::string value;
  curl_header* line = nullptr;
  for (std::size_t i = 0; curl_easy_header(easy, name, i, CURLH_HEADER, -1, &line) == CURLHE_OK;
       ++i) {
    value += (i > 0 ? "," : "") + std::string(line->value);
  }
  return value;
}

}  // namespace

std::optional<std::string> objection_to_keys_url(const std::string& text) {
  constexpr auto ought = "an https: or file: URL, or an http: one of this machine, without a user";
  const auto url = parse(text);
  if (!url || !part(url, CURLUPART_USER).empty() || !part(url, CURLUPART_PASSWORD).empty()) {
    return ought;
  }
  const auto scheme = part(url, CURLUPART_SCHEME);
  if (scheme == "https" || scheme == "file") return std::nullopt;
  if (scheme == "http" && is_loopback(part(url, CURLUPART_HOST))) return std::nullopt;
  return ought;
}

std::chrono::seconds freshness(std::string_view cache_control, std::string_view age) {
  const auto lifetime = max_age(cache_control);
  if (!lifetime) return keys_kept_default;
  const auto spent = read_seconds(trimmed(age)).value_or(std::chrono::seconds(0));
  return std::clamp<std::chrono::seconds>(*lifetime - spent, std::chrono::seconds(0),
                                          keys_kept_max);
}

/// One request, and what has come of its answer.
struct KeyDownload::Transfer {
  Easy easy{curl_easy_init()};
  std::string body;
  std::size_t head_bytes = 0;
  bool too_large = false;

  explicit Transfer(const std::string& url) {
    const auto scheme = part(parse(url), CURLUPART_SCHEME);
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, scheme.c_str());
    if (scheme == "http") set(CURLOPT_PROXY, "");  // loopback stays on this machine
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(keys_fetch_timeout.count()));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);  // a name that is still being looked up holds nobody up
    set(CURLOPT_WRITEFUNCTION, &Transfer::take_body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_HEADERFUNCTION, &Transfer::take_head);
    set(CURLOPT_HEADERDATA, this);
  }

  void set(CURLoption option, auto value) { curl_easy_setopt(easy.get(), option, value); }

  // What libcurl calls. Taking less than there is ends the transfer.
  static std::size_t take_body(char* bytes, std::size_t, std::size_t count, Transfer* self) {
    if (!self->has_room(self->body.size() + count)) return 0;
    self->body.append(bytes, count);
    return count;
  }
  static std::size_t take_head(char*, std::size_t, std::size_t count, Transfer* self) {
    self->head_bytes += count;
    return self->has_room(self->head_bytes) ? count : 0;
  }
  bool has_room(std::size_t bytes) {
    too_large = bytes > keys_bytes_max;
    return !too_large;
  }

  /// What is wrong with an answer that ended in `code`; nothing when it is as it should be.
  std::optional<std::string> complaint(CURLcode code) const {
    if (too_large) return "the answer is larger than 1 MiB";
    // Not libcurl's longer text: it says how many milliseconds, so no two would be the same.
    if (code != CURLE_OK) return curl_easy_strerror(code);
    long status = 0;  // of a file: none
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    if (status != 0 && status != 200) return "the answer is " + std::to_string(status);
    return std::nullopt;
  }
};

struct KeyDownload::Transfers {
  CURLM* multi = curl_multi_init();

  ~Transfers() { curl_multi_cleanup(multi); }

  /// Runs one transfer to its end, or until it is stopped.
  CURLcode run(Transfer& transfer, const std::atomic<bool>& stopping) {
    constexpr int far_ms = 60'000;  // libcurl shortens it to its own next deadline
    curl_multi_add_handle(multi, transfer.easy.get());
    int running = 1;
    while (!stopping && curl_multi_perform(multi, &running) == CURLM_OK && running > 0) {
      curl_multi_poll(multi, nullptr, 0, far_ms, nullptr);
    }
    int left = 0;
    const auto* message = curl_multi_info_read(multi, &left);
    const auto code = message ? message->data.result : CURLE_ABORTED_BY_CALLBACK;
    curl_multi_remove_handle(multi, transfer.easy.get());
    return code;
  }
};

KeyDownload::KeyDownload(std::string url)
    : url_(std::move(url)), transfers_(std::make_unique<Transfers>()) {}

KeyDownload::~KeyDownload() = default;

std::expected<PublishedKeys, std::string> KeyDownload::fetch() {
  Transfer transfer(url_);
  const auto code = transfers_->run(transfer, stopping_);
  if (const auto complaint = transfer.complaint(code)) {
    return std::unexpected(url_ + ": " + *complaint);
  }
  auto keys = read_signing_keys(transfer.body);
  if (!keys) return std::unexpected(url_ + ": " + keys.error());
  auto* const easy = transfer.easy.get();
  return PublishedKeys{std::move(*keys),
                       freshness(header(easy, "Cache-Control"), header(easy, "Age"))};
}

void KeyDownload::stop() {
  stopping_ = true;
  curl_multi_wakeup(transfers_->multi);
}

}  // namespace hansom::net
