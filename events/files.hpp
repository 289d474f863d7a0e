#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>

namespace hansom {

/// Makes what was created, renamed or removed in a folder durable. The error is one line.
std::expected<void, std::string> sync_folder(const std::filesystem::path& folder);

/// The same for a folder, and for all names that lead to it: whoever made them may have died before
/// they were durable. Further up than its parent, folders that may not be read are passed over, as
/// they are of somebody else's making.
std::expected<void, std::string> sync_names_of(const std::filesystem::path& folder);

/// All that is in a file; nothing where there is none. The error is one line.
std::expected<std::optional<std::string>, std::string> load_file(const std::filesystem::path& file);

/// Whether another process holds a lock (fcntl) on the file. REQUIRES: this one holds none, as it
/// is lost by asking.
bool is_locked_by_another_process(const std::filesystem::path& file);

/// Puts `text` into a file in one step, in place of what is there; durable when it returns. The
/// error is one line.
std::expected<void, std::string> replace_file(const std::filesystem::path& file,
                                              const std::string& text, unsigned mode);

}  // namespace hansom
