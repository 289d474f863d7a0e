#include "net/dialects/page.hpp"

#include "net/dialects/json_object.hpp"

#include <charconv>

namespace hansom::net {
namespace {

constexpr std::size_t page_size_default = 50;
constexpr std::size_t page_size_max = 100;

}  // namespace

std::expected<Page, Refusal> read_page(std::optional<std::string> limit,
                                       std::optional<std::string> before) {
  Page page{page_size_default, std::move(before)};
  if (!limit) return page;
  const auto* const end = limit->data() + limit->size();
  const auto [stopped, error] = std::from_chars(limit->data(), end, page.limit);
  if (error != std::errc() || stopped != end || page.limit < 1 || page.limit > page_size_max) {
    return invalid("limit");
  }
  return page;
}

}  // namespace hansom::net
