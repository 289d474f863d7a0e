# Puts files into the binary: `embed_assets(OUT_SOURCES path file [path file ...])` sets OUT_SOURCES
# to sources that define `hansom::net::find_asset` (net/assets.hpp) for these paths, in any order.

function(content_type_of file out)
  set(.html "text/html; charset=utf-8")
  set(.css "text/css; charset=utf-8")
  set(.js "text/javascript; charset=utf-8")
  set(.svg "image/svg+xml")
  set(.png "image/png")
  cmake_path(GET file EXTENSION LAST_ONLY extension)
  if(NOT DEFINED ${extension})
    message(FATAL_ERROR "${file}: no content type is known for ${extension}")
  endif()
  set(${out} "${${extension}}" PARENT_SCOPE)
endfunction()

function(embed_assets out)
  set(assembly ".section .rodata\n")
  set(declarations "")
  set(entries "")
  set(files "")
  set(index 0)
  list(LENGTH ARGN remaining)
  while(remaining GREATER 0)
    list(POP_FRONT ARGN path file)
    content_type_of("${file}" type)
    string(APPEND assembly
      ".global hansom_asset_${index}\nhansom_asset_${index}:\n.incbin \"${file}\"\n"
      ".global hansom_asset_${index}_end\nhansom_asset_${index}_end:\n.byte 0\n")
    string(APPEND declarations
      "extern \"C\" const char hansom_asset_${index}[], hansom_asset_${index}_end[];\n")
    string(APPEND entries
      "    {\"${path}\", \"${type}\",\n"
      "     {hansom_asset_${index}, hansom_asset_${index}_end}},\n")
    list(APPEND files "${file}")
    math(EXPR index "${index} + 1")
    list(LENGTH ARGN remaining)
  endwhile()
  string(APPEND assembly ".section .note.GNU-stack,\"\",@progbits\n")

  file(CONFIGURE OUTPUT assets.S CONTENT "${assembly}" @ONLY)
  file(CONFIGURE OUTPUT assets.cpp @ONLY CONTENT "// Made by net/embed_assets.cmake.
#include \"net/assets.hpp\"

#include <unordered_map>

${declarations}
namespace hansom::net {

const Asset* find_asset(std::string_view path) {
  static const Asset all[] = {
${entries}  };
  static const auto by_path = [] {
    std::unordered_map<std::string_view, const Asset*> index;
    for (const auto& asset : all) index.emplace(asset.path, &asset);
    return index;
  }();
  const auto found = by_path.find(path);
  return found == by_path.end() ? nullptr : found->second;
}

}  // namespace hansom::net
")
  # The assembler reads the files itself, so the build has to be told of them.
  set_source_files_properties("${CMAKE_CURRENT_BINARY_DIR}/assets.S" PROPERTIES
    OBJECT_DEPENDS "${files}")
  set(${out} "${CMAKE_CURRENT_BINARY_DIR}/assets.S" "${CMAKE_CURRENT_BINARY_DIR}/assets.cpp"
    PARENT_SCOPE)
endfunction()
