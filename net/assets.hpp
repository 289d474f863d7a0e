#pragma once

#include <string_view>

namespace hansom::net {

/// A file that is part of the binary.
struct Asset {
  std::string_view path;  ///< as it is asked for, `/console/app.js`
  std::string_view content_type;
  std::string_view bytes;
};

/// The file served at this path, or null.
const Asset* find_asset(std::string_view path);

}  // namespace hansom::net
