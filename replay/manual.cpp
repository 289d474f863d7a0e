#include "replay/manual.hpp"

#include "replay/command_line.hpp"

#include <string_view>

namespace hansom::replay {
namespace {

/// As text that roff shows as it is.
std::string roff(std::string_view text) {
  std::string out;
  bool at_line_start = true;
  for (const char c : text) {
    if (at_line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    at_line_start = c == '\n';
  }
  return out;
}

std::string flag_of(const cxxopts::HelpOptionDetails& option) {
  std::string flag = option.s.empty() ? "" : "-" + option.s + ", ";
  flag += "--" + option.l.front();
  if (!option.is_boolean) flag += " " + (option.arg_help.empty() ? "arg" : option.arg_help);
  return flag;
}

/// The options of a command as they are listed to people.
std::vector<cxxopts::HelpOptionDetails> listed_options(const Command& command) {
  return options_of(command).group_help("").options;
}

std::string manual_of(const Command& command) {
  std::string text = ".SS " + roff(command.name);
  if (!command.argument.empty()) text += " " + command.argument;
  text += "\n" + roff(command.description);
  for (const auto& option : listed_options(command)) {
    text += ".TP\n.B " + roff(flag_of(option)) + "\n" + roff(option.desc) + "\n";
  }
  for (const auto& example : command.examples) {
    text += ".PP\n.EX\n" + roff(example) + "\n.EE\n";
  }
  return text;
}

}  // namespace

std::string manual_page() {
  std::string text =
      ".TH HANSOM\\-REPLAY 1 \"\" \"Hansom " HANSOM_VERSION
      "\"\n"
      ".SH NAME\nhansom\\-replay \\- explains and checks a Hansom log\n"
      ".SH SYNOPSIS\n.B hansom\\-replay\n[\\-\\-data\\-dir DIR] COMMAND [OPTION...]\n"
      ".SH DESCRIPTION\n"
      "Takes the log of a Hansom server apart: what happened to a booking, what each side was "
      "shown, why a driver was chosen, and whether the log is whole. The log may be in use by a "
      "server; nothing is written to its folder but by rebuild, import and restore, which want the "
      "server stopped.\n"
      ".PP\n"
      "Times are ISO 8601: 2026\\-11\\-20, 2026\\-11\\-20T12:30Z, 2026\\-11\\-20T14:30:00+02:00. "
      "They are printed in UTC.\n"
      ".SH COMMANDS\n";
  for (const auto& command : commands()) text += manual_of(command);
  text +=
      ".SH EXIT STATUS\n"
      ".TP\n.B 0\nall went well\n"
      ".TP\n.B 1\nsomething failed, or verify found something wrong\n"
      ".TP\n.B 2\nthe command line is wrong\n"
      ".TP\n.B 130\ninterrupted; nothing is left half done\n"
      ".SH ENVIRONMENT\n"
      ".TP\n.B HANSOM_DATA_DIR\nthe data folder, where \\-\\-data\\-dir is not given\n"
      ".TP\n.B HANSOM_PUBLIC_URL\nwhat links in frames begin with, where it is not what the server "
      "noted in the folder\n"
      ".TP\n.B NO_COLOR\nif set, nothing is coloured; otherwise a terminal's output is\n";
  return text;
}

std::string bash_completion() {
  std::string names;
  std::string cases;
  for (const auto& command : commands()) {
    names += (names.empty() ? "" : " ") + command.name;
    std::string flags;
    for (const auto& option : listed_options(command)) {
      flags += (flags.empty() ? "--" : " --") + option.l.front();
    }
    cases += "    " + command.name + ") words='" + flags + "' ;;\n";
  }
  return R"(# bash completion of hansom-replay
_hansom_replay() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command= words i
  # bash takes --option=value apart.
  if [[ $current == = ]]; then
    current=
  elif [[ $previous == = ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  case $previous in
    --data-dir)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$current")
      return
      ;;
    --kind) words='booking account template room' ;;
    --status) words='requested confirmation on_the_way completed cancelled' ;;
    --by)
      case " ${COMP_WORDS[*]} " in
        *' stats '*) words='hour day driver' ;;
        *) words='driver customer' ;;
      esac
      ;;
    --format) words='ndjson csv' ;;
  esac
  if [[ -n ${words-} ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    return
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      --data-dir) [[ ${COMP_WORDS[i + 1]} == = ]] && ((i += 2)) || ((i++)) ;;
      -*) ;;
      *)
        command=${COMP_WORDS[i]}
        break
        ;;
    esac
  done
  case $command in
    '') words=')" +
         names + R"( --data-dir --help --version --manual --completion' ;;
)" + cases +
         R"(  esac
  case $command in
    backup | restore)
      if [[ $current != -* ]]; then
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -d -- "$current")
        return
      fi
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "${words-}" -- "$current")
}
complete -F _hansom_replay hansom-replay
)";
}

}  // namespace hansom::replay
