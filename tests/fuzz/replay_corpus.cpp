// Runs a fuzz target over the files of its kept corpus, without a fuzzer: what was found once stays
// found.

#include "tests/fuzz/property.hpp"
#include "tests/support/files.hpp"
#include "tests/support/torture.hpp"

#include <iostream>
#include <string>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: " << argv[0] << " CORPUS" << std::endl;
    return 2;
  }
  const std::filesystem::path corpus = argv[1];
  std::size_t inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(corpus)) {
    const auto bytes = hansom::read_file(entry.path());
    std::cerr << entry.path().filename().string() << std::endl;  // the last one, if it ends here
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    ++inputs;
  }
  hansom::counted("fuzz: " + corpus.filename().string() + ": " + std::to_string(inputs) +
                  " kept inputs, all properties hold");
  return inputs > 0 ? 0 : 1;
}
