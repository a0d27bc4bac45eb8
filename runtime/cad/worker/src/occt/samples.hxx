// The sample CAD files. Lengths in millimetres, Z up.
#pragma once

#include "rust/cxx.h"

namespace hartomat {

rust::Vec<rust::String> sample_names();
void write_sample(rust::Str name, rust::Str path);

} // namespace hartomat
