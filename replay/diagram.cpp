#include "replay/diagram.hpp"

#include "events/event_schema.hpp"
#include "replay/times.hpp"
#include "story/describe.hpp"
#include "story/story.hpp"

#include <map>

namespace hansom::replay {
namespace {

/// As text that Mermaid shows as it is: entities for what means something to it.
std::string escaped(std::string_view text) {
  std::string out;
  constexpr std::size_t characters_max = 400;
  for (const char c : plain(text, characters_max)) {
    if (std::string_view("#;:<>\"%{}()[]|`&\\").find(c) == std::string_view::npos) {
      out += c;
    } else {
      out += "#" + std::to_string(static_cast<int>(c)) + ";";
    }
  }
  return out;
}

/// Those who take part, each under a name that Mermaid takes.
class Cast {
 public:
  explicit Cast(const Names& names) : names_(names) {}

  std::string of(std::string_view side, AccountId account) {
    const auto [entry, is_new] =
        known_.try_emplace({std::string(side), to_string(account)}, known_.size());
    const auto alias = std::string(side) + std::to_string(entry->second);
    if (is_new) {
      declared_ += "  participant " + alias + " as " + std::string(side) + " " +
                   escaped(names_.of(account)) + "\n";
    }
    return alias;
  }

  /// Who caused an event.
  std::string of(const Actor& actor) {
    const auto text = to_string(actor);
    if (actor.account == AccountId{}) return text == "timer" ? "hansom" : other(text);
    return of(text.substr(0, text.find(':')), actor.account);
  }

  std::string other(const std::string& name) {
    if (others_.find(name) == std::string::npos) {
      others_ += name + " ";
      declared_ += "  participant " + name + "\n";
    }
    return name;
  }

  const std::string& declared() const { return declared_; }

 private:
  const Names& names_;
  std::map<std::pair<std::string, std::string>, std::size_t> known_;
  std::string others_;
  std::string declared_ = "  participant hansom as Hansom\n";
};

}  // namespace

std::string mermaid_diagram(std::span<const Envelope> events, const Renderer& renderer,
                            const Names& names) {
  Cast cast(names);
  std::string steps;
  tell(events, renderer, [&](const Moment& moment) {
    const auto& envelope = moment.envelope;
    auto words = shown(envelope.at) + " " + std::string(type_of(envelope.event));
    if (const auto more = describe(envelope.event); !more.empty()) words += ", " + more;
    steps += "  " + cast.of(envelope.actor) + "->>hansom: " + escaped(words) + "\n";
    for (const auto& [to, frame] : moment.sent) {
      const auto receiver =
          to.account ? cast.of(name_of(to.side), *to.account) : cast.other("drivers");
      steps += "  hansom-->>" + receiver + ": " + escaped(type_of_frame(*frame)) + "\n";
    }
    return true;
  });
  return "sequenceDiagram\n" + cast.declared() + steps;
}

}  // namespace hansom::replay
