// The table of sample files.
#include "hartomat-cad-worker/src/binding.rs.h"
#include "hartomat-cad-worker/src/occt/document.hxx"
#include "hartomat-cad-worker/src/occt/samples_kit.hxx"

namespace hartomat {

namespace {

struct Sample {
  const char *name;
  void (*build)(samples::Kit &);
  const char *schema;
  const char *unit;
};

constexpr Sample table[] = {
    {"ball_bearing.step", samples::build_ball_bearing, "AP214IS", "MM"},
    {"flange_bracket.step", samples::build_flange_bracket, "AP214IS", "MM"},
    {"gearbox.step", samples::build_gearbox, "AP214IS", "MM"},
    {"pipe_fitting_inch.step", samples::build_pipe_fitting, "AP242DIS", "INCH"},
};

} // namespace

rust::Vec<rust::String> sample_names() {
  rust::Vec<rust::String> names;
  for (const Sample &sample : table) {
    names.push_back(rust::String(sample.name));
  }
  return names;
}

void write_sample(rust::Str name, rust::Str path) {
  guarded([&] {
    initialise();
    for (const Sample &sample : table) {
      if (std::string(name) == sample.name) {
        samples::Kit kit;
        sample.build(kit);
        kit.write(std::string(path), sample.schema, sample.unit);
        return;
      }
    }
    throw std::runtime_error("there is no such sample");
  });
}

} // namespace hartomat
