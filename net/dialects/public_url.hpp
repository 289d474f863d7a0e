#pragma once

#include <expected>
#include <filesystem>
#include <string>

namespace hansom::net {

// Where apps reach a server stands in its data folder, too (`public-url`): events hold no links,
// and whoever looks into the log later is to see those that were sent.

std::filesystem::path public_url_file(const std::filesystem::path& data_dir);

/// Writes the address into the folder, unless it stands there. The error is one line.
std::expected<void, std::string> note_public_url(const std::filesystem::path& data_dir,
                                                 const std::string& public_url);

/// The address that was noted last; what a server without settings has where there is none, or it
/// can't be read.
std::string noted_public_url(const std::filesystem::path& data_dir);

}  // namespace hansom::net
