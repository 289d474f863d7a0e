#include "engine/decide.hpp"

namespace hansom {

AccountDecision decide(const RegisterAccount& command, const Now& now) {
  const auto& account = command.account;
  if (now.accounts.find_email(account.email)) {
    return std::unexpected(
        Refusal{RefusalCode::email_taken, "There is an account with this email."});
  }
  if (account.username && now.accounts.find_username(*account.username)) {
    return std::unexpected(
        Refusal{RefusalCode::username_taken, "There is an account with this username."});
  }
  return {{account}};
}

}  // namespace hansom
