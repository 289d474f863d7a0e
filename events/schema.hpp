#pragma once

// How a struct says under which names its fields are written.

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <tuple>

namespace hansom {

template <typename Struct, typename Value>
struct Field {
  std::string_view name;
  Value Struct::*member;
};
template <typename Struct, typename Value>
Field(const char*, Value Struct::*) -> Field<Struct, Value>;

/// A field that came later: written only where it has a value, so that what was written before it
/// came is still written the same.
template <typename Struct, typename Value>
struct LaterField {
  std::string_view name;
  std::optional<Value> Struct::*member;
};
template <typename Struct, typename Value>
LaterField(const char*, std::optional<Value> Struct::*) -> LaterField<Struct, Value>;

/// The fields of a plain struct, in written order. Specialised for all that is written, by
/// HANSOM_FIELDS.
template <typename Struct>
struct Fields;

/// The written names of an enumeration, in order of its enumerators. Specialised by HANSOM_ENUM.
template <typename Enum>
struct EnumNames;

#define HANSOM_FIELDS(STRUCT, ...)                             \
  template <>                                                  \
  struct Fields<STRUCT> {                                      \
    using Self = STRUCT;                                       \
    static constexpr auto list = std::make_tuple(__VA_ARGS__); \
  };
#define HANSOM_FIELD(NAME) Field(#NAME, &Self::NAME)
#define HANSOM_LATER_FIELD(NAME) LaterField(#NAME, &Self::NAME)
#define HANSOM_ENUM(ENUM, ...)                                                   \
  template <>                                                                    \
  struct EnumNames<ENUM> {                                                       \
    static constexpr auto list = std::to_array<std::string_view>({__VA_ARGS__}); \
  };

/// The written name of an enumerator.
template <typename Enum>
constexpr std::string_view name_of(Enum value) {
  return EnumNames<Enum>::list[static_cast<std::size_t>(value)];
}

/// The enumerator with this written name, if there is one.
template <typename Enum>
constexpr std::optional<Enum> enum_named(std::string_view name) {
  const auto& names = EnumNames<Enum>::list;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace hansom
