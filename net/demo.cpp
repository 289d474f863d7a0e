#include "net/demo.hpp"

#include "events/files.hpp"
#include "net/tokens/base64url.hpp"

#include <openssl/rand.h>

#include <array>
#include <fstream>

namespace hansom::net {
namespace {

const std::vector<AccountRegistered>& accounts() {
  static const std::vector<AccountRegistered> all = {
      {"bob@demo.hansom.invalid",
       "Bob",
       {Role::driver, Role::student},
       "219876543",
       "NZ",
       "bob",
       {},
       "ABC-123",
       "DRV-0042"},
      {"dana@demo.hansom.invalid",
       "Dana",
       {Role::driver, Role::student},
       "215550123",
       "NZ",
       "dana",
       {},
       "XYZ-789",
       "DRV-0043"},
      {"alice@demo.hansom.invalid",
       "Alice",
       {Role::customer, Role::student},
       "211234567",
       "NZ",
       "alice",
       {},
       {},
       {}},
      {"carol@demo.hansom.invalid",
       "Carol",
       {Role::customer, Role::student},
       "412345678",
       "AU",
       "carol",
       {},
       {},
       {}},
  };
  return all;
}

}  // namespace

std::expected<std::string, std::string> demo_secret(const std::filesystem::path& data_dir) {
  const auto file = data_dir / "demo.secret";
  if (std::ifstream in(file); in) {
    std::string secret;
    if (std::getline(in, secret) && !secret.empty()) return secret;
  }
  std::array<unsigned char, 32> random;
  if (RAND_bytes(random.data(), random.size()) != 1) {
    return std::unexpected("the system has no random bytes");
  }
  const auto secret =
      encode_base64url({reinterpret_cast<const char*>(random.data()), random.size()});
  if (const auto kept = replace_file(file, secret, 0600); !kept) {
    return std::unexpected(kept.error());
  }
  return secret;
}

std::vector<DemoAccount> demo_accounts() {
  std::vector<DemoAccount> shown;
  for (const auto& account : accounts()) {
    shown.push_back({account.email, account.name, *account.username, account.roles});
  }
  return shown;
}

std::vector<RegisterAccount> missing_demo_accounts(
    const std::function<bool(const std::string&)>& is_there) {
  std::vector<RegisterAccount> missing;
  for (const auto& account : accounts()) {
    if (!is_there(account.email)) missing.push_back({account});
  }
  return missing;
}

}  // namespace hansom::net
