#include "net/dialects/page.hpp"

#include "net/dialects/json_object.hpp"

#include <charconv>

namespace hansom::net {
namespace {

constexpr std::size_t page_size_default = 50;
constexpr std::size_t page_size_max = 100;

/// Whether the text is a whole number that fits, and nothing else.
template <typename Number>
bool read_number(const std::string& text, Number& out) {
  const auto* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, out);
  return error == std::errc() && stopped == end;
}

}  // namespace

std::expected<Page, Refusal> read_page(std::optional<std::string> limit,
                                       std::optional<std::string> before) {
  Page page{page_size_default, std::move(before)};
  if (!limit) return page;
  if (!read_number(*limit, page.limit) || page.limit < 1 || page.limit > page_size_max) {
    return invalid("limit");
  }
  return page;
}

std::expected<std::optional<Position>, Refusal> read_position(std::string_view name,
                                                              std::optional<std::string> given) {
  if (!given) return std::nullopt;
  Position position;
  if (!read_number(*given, position.value)) return invalid(std::string(name));
  return position;
}

}  // namespace hansom::net
