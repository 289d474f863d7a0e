#include "bench/svg.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>
#include <sstream>

namespace hansom::bench {
namespace {

// Pixels.
constexpr double width = 900;
constexpr double panel_height = 380;
constexpr double left = 88, right = 230;  // of the axes: room for numbers, and for the legend
constexpr double above = 56, below = 58;
constexpr double inset = 16;  // of the first and the last point, from the ends of the axis
constexpr double cap = 4;     // half a range bar's cap
constexpr double note_line = 15;
constexpr std::size_t note_characters = 145;  // of a line beneath the plots

// Told apart by those who see fewer colours, too (Okabe and Ito).
constexpr std::array colours{"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                             "#e69f00", "#56b4e9", "#7a5c00", "#444444"};

struct Point {
  double x = 0;
  const Sample* sample = nullptr;
};

struct Line {
  std::string name;
  std::vector<Point> points = {};
};

/// What one plot shows of a report.
struct Figures {
  std::vector<Line> lines;
  std::vector<std::string> x_texts;  ///< of categories; the first is at 0
  std::vector<double> x_values;      ///< all that occur, ascending
};

const std::string* setting_of(const Row& row, const std::string& name) {
  const auto found = std::ranges::find(row.settings, name, [](auto& pair) { return pair.first; });
  return found == row.settings.end() ? nullptr : &found->second;
}

const Sample* sample_of(const Row& row, const std::string& name) {
  const auto found = std::ranges::find(row.results, name, [](auto& pair) { return pair.first; });
  return found == row.results.end() || found->second.runs.empty() ? nullptr : &found->second;
}

/// The index of a value, which is put at the end where it is missing.
template <typename Value, typename Projection>
std::size_t index_of(std::vector<Value>& values, const std::string& wanted, Projection projection) {
  const auto found = std::ranges::find(values, wanted, projection);
  if (found != values.end()) return static_cast<std::size_t>(found - values.begin());
  values.push_back({wanted});
  return values.size() - 1;
}

/// Where a row stands on the horizontal axis; nothing where it doesn't.
std::optional<double> x_of(const Row& row, const Plot& plot, Figures& figures) {
  const auto* text = setting_of(row, plot.x);
  if (text == nullptr) return {};
  if (plot.x_scale == Scale::categories) {
    return static_cast<double>(index_of(figures.x_texts, *text, std::identity{}));
  }
  double value = 0;
  const auto end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, value);
  if (error != std::errc() || stop != end) return {};
  if (plot.x_scale == Scale::logarithmic && value <= 0) return {};
  return value;
}

/// What tells a line from the others: its settings, and its column where there are several.
std::string name_of(const Row& row, const Plot& plot, const std::string& result) {
  std::string name;
  const auto append = [&](const std::string& text) { name += (name.empty() ? "" : ", ") + text; };
  for (const auto& setting : plot.series) {
    const auto* value = setting_of(row, setting);
    // A number says nothing without the name of its setting.
    if (value == nullptr || *value == "-") continue;
    const bool word = value->find_first_not_of("0123456789.") != std::string::npos;
    append(word && *value != "on" && *value != "off" ? *value : setting + " " + *value);
  }
  if (plot.results.size() > 1 || name.empty()) append(result);
  return name;
}

Figures figures_of(const Report& report, const Plot& plot) {
  Figures figures;
  for (const auto& result : plot.results) {
    for (const auto& row : report.rows) {
      const auto* sample = sample_of(row, result);
      if (sample == nullptr) continue;
      if (plot.y_scale == Scale::logarithmic && sample->lowest() <= 0) continue;
      const auto x = x_of(row, plot, figures);
      if (!x) continue;
      const auto line = index_of(figures.lines, name_of(row, plot, result), &Line::name);
      figures.lines[line].points.push_back({*x, sample});
      figures.x_values.push_back(*x);
    }
  }
  for (auto& line : figures.lines) std::ranges::sort(line.points, {}, &Point::x);
  std::ranges::sort(figures.x_values);
  const auto repeated = std::ranges::unique(figures.x_values);
  figures.x_values.erase(repeated.begin(), repeated.end());
  return figures;
}

std::string pixels(double value) {
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.1f", value);
  return text.data();
}

std::string stroke(double x1, double y1, double x2, double y2, const std::string& attributes) {
  return "<line x1=\"" + pixels(x1) + "\" y1=\"" + pixels(y1) + "\" x2=\"" + pixels(x2) +
         "\" y2=\"" + pixels(y2) + "\" " + attributes + "/>\n";
}

std::string text(double x, double y, const std::string& attributes, std::string_view words) {
  return "<text x=\"" + pixels(x) + "\" y=\"" + pixels(y) + "\" " + attributes + ">" +
         xml_escaped(words) + "</text>\n";
}

/// One plot: its axes, and its lines or columns.
class Panel {
 public:
  Panel(const Plot& plot, const Figures& figures, double top)
      : plot_(plot),
        figures_(figures),
        top_(top + above),
        bottom_(top + panel_height - below),
        y_(plot.y_scale, lowest_y(), highest_y()) {
    if (plot.x_scale != Scale::categories) {
      x_.emplace(plot.x_scale, figures.x_values.front(), figures.x_values.back());
    }
  }

  std::string svg() const {
    std::string svg = text(left, top_ - 30, R"(class="title")", plot_.title) + y_axis() + x_axis();
    for (std::size_t i = 0; i < figures_.lines.size(); ++i) {
      svg += plot_.x_scale == Scale::categories ? columns(i) : line(i);
    }
    return svg + legend();
  }

 private:
  static constexpr double right_end = width - right;

  double lowest_y() const {
    double lowest = figures_.lines.front().points.front().sample->lowest();
    for (const auto& line : figures_.lines) {
      for (const auto& point : line.points) lowest = std::min(lowest, point.sample->lowest());
    }
    return lowest;
  }

  double highest_y() const {
    double highest = figures_.lines.front().points.front().sample->highest();
    for (const auto& line : figures_.lines) {
      for (const auto& point : line.points) highest = std::max(highest, point.sample->highest());
    }
    return highest;
  }

  double y_at(double value) const { return bottom_ - y_.at(value) * (bottom_ - top_); }

  double category_width() const {
    return (right_end - left) / static_cast<double>(figures_.x_texts.size());
  }

  double x_at(double value) const {
    if (!x_) return left + (value + 0.5) * category_width();
    return left + inset + x_->at(value) * (right_end - left - 2 * inset);
  }

  std::string y_axis() const {
    std::string svg = text(left, top_ - 12, R"(class="unit")", plot_.unit);
    for (const double tick : y_.ticks()) {
      svg += stroke(left, y_at(tick), right_end, y_at(tick), R"(class="grid")") +
             text(left - 8, y_at(tick) + 4, R"(class="end")", tick_text(tick));
    }
    return svg;
  }

  std::string x_axis() const {
    std::string svg = stroke(left, bottom_, right_end, bottom_, R"(class="axis")") +
                      text((left + right_end) / 2, bottom_ + 40, R"(class="unit middle")", plot_.x);
    for (std::size_t i = 0; i < figures_.x_texts.size(); ++i) {
      svg += text(x_at(static_cast<double>(i)), bottom_ + 18, R"(class="middle")",
                  figures_.x_texts[i]);
    }
    if (!x_) return svg;
    // The measured values are better ticks than round ones, as long as they don't crowd.
    const bool few = plot_.x_scale == Scale::logarithmic && figures_.x_values.size() <= 8;
    for (const double tick : few ? figures_.x_values : x_->ticks()) {
      svg += stroke(x_at(tick), bottom_, x_at(tick), bottom_ + 5, R"(class="axis")") +
             text(x_at(tick), bottom_ + 18, R"(class="middle")", tick_text(tick));
    }
    return svg;
  }

  static std::string coloured(std::size_t line, const char* property) {
    return std::string(property) + "=\"" + colours[line % colours.size()] + "\"";
  }

  std::string range_bar(double x, const Sample& sample, const std::string& attributes) const {
    if (sample.runs.size() < 2) return {};
    const double low = y_at(sample.lowest()), high = y_at(sample.highest());
    return stroke(x, low, x, high, attributes) + stroke(x - cap, low, x + cap, low, attributes) +
           stroke(x - cap, high, x + cap, high, attributes);
  }

  std::string line(std::size_t i) const {
    const auto colour = coloured(i, "stroke");
    std::string path, marks;
    for (const auto& [x, sample] : figures_.lines[i].points) {
      const double y = y_at(sample->median());
      path += (path.empty() ? "M" : " L") + pixels(x_at(x)) + " " + pixels(y);
      marks += range_bar(x_at(x), *sample, colour + R"( stroke-width="1.2" opacity="0.75")") +
               "<circle cx=\"" + pixels(x_at(x)) + "\" cy=\"" + pixels(y) + "\" r=\"3.5\" " +
               coloured(i, "fill") + "/>\n";
    }
    return "<path d=\"" + path + "\" fill=\"none\" stroke-width=\"2\" " + colour + "/>\n" + marks;
  }

  std::string columns(std::size_t i) const {
    const auto lines = static_cast<double>(figures_.lines.size());
    const double one = std::min(60., category_width() * 0.8 / lines);
    std::string svg;
    for (const auto& [x, sample] : figures_.lines[i].points) {
      const double middle = x_at(x) + (static_cast<double>(i) - (lines - 1) / 2) * one;
      const double y = y_at(sample->median());
      svg += "<rect x=\"" + pixels(middle - one * 0.46) + "\" y=\"" + pixels(y) + "\" width=\"" +
             pixels(one * 0.92) + "\" height=\"" + pixels(bottom_ - y) + "\" opacity=\"0.85\" " +
             coloured(i, "fill") + "/>\n" + range_bar(middle, *sample, R"(stroke="#222222")");
    }
    return svg;
  }

  std::string legend() const {
    std::string svg;
    double y = top_ + 6;
    for (std::size_t i = 0; i < figures_.lines.size(); ++i, y += 20) {
      svg += stroke(right_end + 16, y - 4, right_end + 36, y - 4,
                    coloured(i, "stroke") + R"( stroke-width="4")") +
             text(right_end + 42, y, "", figures_.lines[i].name);
    }
    return svg;
  }

  const Plot& plot_;
  const Figures& figures_;
  const double top_, bottom_;  // of the axes
  const Axis y_;
  std::optional<Axis> x_;  // but for categories
};

/// The words in lines that are no longer than what fits.
std::vector<std::string> wrapped(const std::string& words) {
  std::vector<std::string> lines;
  std::istringstream in(words);
  for (std::string word; in >> word;) {
    if (lines.empty() || lines.back().size() + 1 + word.size() > note_characters) {
      lines.push_back(word);
    } else {
      lines.back() += " " + word;
    }
  }
  return lines;
}

std::vector<std::string> notes(const Report& report, const Machine& machine) {
  std::vector<std::string> lines;
  for (const auto& note :
       {report.setup, "hansom-bench " + command_line(report), in_words(machine)}) {
    for (auto& line : wrapped(note)) lines.push_back(std::move(line));
  }
  return lines;
}

constexpr const char* style =
    "<style>text{font:12px Helvetica,Arial,'DejaVu Sans',sans-serif;fill:#333}"
    ".title{font-size:16px;font-weight:bold;fill:#111}.unit{fill:#555}.end{text-anchor:end}"
    ".middle{text-anchor:middle}.note{font-size:10.5px;fill:#666}.grid{stroke:#e4e4e4}"
    ".axis{stroke:#444}</style>\n";

}  // namespace

std::string as_svg(const Report& report, std::span<const Plot> plots, const Machine& machine) {
  std::string panels;
  double y = 0;
  for (const auto& plot : plots) {
    const auto figures = figures_of(report, plot);
    if (figures.lines.empty()) continue;
    panels += Panel(plot, figures, y).svg();
    y += panel_height;
  }
  y += note_line;
  for (const auto& note : notes(report, machine)) {
    panels += text(24, y, R"(class="note")", note);
    y += note_line;
  }
  const auto size = "width=\"" + pixels(width) + "\" height=\"" + pixels(y) + "\"";
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" " + size + " viewBox=\"0 0 " + pixels(width) +
         " " + pixels(y) + "\">\n" + style + "<rect " + size + " fill=\"#ffffff\"/>\n" + panels +
         "</svg>\n";
}

std::string xml_escaped(std::string_view text) {
  std::string escaped;
  for (const char next : text) {
    switch (next) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += static_cast<unsigned char>(next) < ' ' ? ' ' : next;
    }
  }
  return escaped;
}

}  // namespace hansom::bench
