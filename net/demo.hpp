#pragma once

#include "engine/commands.hpp"

#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace hansom::net {

/// A demo account as the console offers it.
struct DemoAccount {
  std::string email;
  std::string name;
  std::string username;
  std::vector<Role> roles;
};

/// The secret with which a demo signs its tokens: made at the first start and kept in the data
/// folder, readable by its owner alone. The error is one line.
std::expected<std::string, std::string> demo_secret(const std::filesystem::path& data_dir);

/// Two drivers and two customers, all of them students with a username, too.
std::vector<DemoAccount> demo_accounts();

/// What creates the demo's accounts, where they are not there yet.
std::vector<RegisterAccount> missing_demo_accounts(
    const std::function<bool(const std::string&)>& is_there);

}  // namespace hansom::net
