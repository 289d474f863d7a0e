#pragma once

#include "bench/report.hpp"

#include <span>
#include <string>
#include <string_view>

namespace hansom::bench {

/// The plots as one drawing that needs nothing from elsewhere, one below the other: medians as
/// points on lines (as columns where the horizontal axis has categories), with a bar from the
/// lowest to the highest run; beneath, what was measured, with which options, on which machine.
/// What a report has no figures for is left out.
std::string as_svg(const Report& report, std::span<const Plot> plots, const Machine& machine);

/// Text that means nothing to XML.
std::string xml_escaped(std::string_view text);

}  // namespace hansom::bench
