#include "net/dialects/slug.hpp"

#include <algorithm>

namespace hansom::net {
namespace {

constexpr std::size_t slug_max = 64;
constexpr std::string_view letters_and_digits = "abcdefghijklmnopqrstuvwxyz0123456789";

bool may_begin(char c) { return letters_and_digits.find(c) != std::string_view::npos; }

}  // namespace

bool is_slug(std::string_view text) {
  return !text.empty() && text.size() <= slug_max && may_begin(text.front()) &&
         std::ranges::all_of(text, [](char c) { return may_begin(c) || c == '_' || c == '-'; });
}

std::string slug_of(std::string_view name) {
  std::string slug;
  bool between = false;
  for (const char c : name) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool counts = may_begin(lower) || lower == '_';
    if (!counts || (slug.empty() && lower == '_')) {
      between = true;
      continue;
    }
    const bool dash = between && !slug.empty();
    if (slug.size() + (dash ? 2 : 1) > slug_max) break;
    if (dash) slug += '-';
    slug += lower;
    between = false;
  }
  return slug;
}

}  // namespace hansom::net
