#pragma once

#include <string>

namespace hansom::replay {

/// The manual page, in the language of man(7).
std::string manual_page();

/// What bash needs to complete commands and options.
std::string bash_completion();

}  // namespace hansom::replay
