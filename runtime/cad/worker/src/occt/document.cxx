// Reading a STEP file: parse, transfer, unit. Other files that it names are never opened.
#include "hartomat-cad-worker/src/binding.rs.h"
#include "hartomat-cad-worker/src/occt/document.hxx"

#include <cmath>
#include <set>

#include <IFSelect_ReturnStatus.hxx>
#include <Interface_InterfaceModel.hxx>
#include <Interface_Static.hxx>
#include <Message.hxx>
#include <Message_Messenger.hxx>
#include <Message_Printer.hxx>
#include <OSD_Parallel.hxx>
#include <OSD_ThreadPool.hxx>
#include <STEPCAFControl_Controller.hxx>
#include <Standard_Version.hxx>
#include <StepBasic_ConversionBasedUnitAndLengthUnit.hxx>
#include <StepBasic_Document.hxx>
#include <StepBasic_DocumentFile.hxx>
#include <StepBasic_ExternalIdentificationAssignment.hxx>
#include <StepBasic_HArray1OfNamedUnit.hxx>
#include <StepBasic_MeasureWithUnit.hxx>
#include <StepBasic_SiUnitAndLengthUnit.hxx>
#include <StepBasic_Unit.hxx>
#include <StepGeom_GeomRepContextAndGlobUnitAssCtxAndGlobUncertaintyAssCtx.hxx>
#include <StepGeom_GeometricRepresentationContextAndGlobalUnitAssignedContext.hxx>
#include <StepRepr_GlobalUnitAssignedContext.hxx>
#include <StepRepr_NextAssemblyUsageOccurrence.hxx>
#include <TCollection_HAsciiString.hxx>
#include <XCAFApp_Application.hxx>
#include <XSControl_WorkSession.hxx>

namespace hartomat {

rust::String kernel_version() { return rust::String(OCC_VERSION_COMPLETE); }

void initialise() {
  Message::DefaultMessenger()->RemovePrinters(STANDARD_TYPE(Message_Printer));
  STEPCAFControl_Controller::Init();
  XCAFApp_Application::GetApplication();
}

std::unique_ptr<Document> document_open(std::size_t threads) {
  return guarded([&] { return std::make_unique<Document>(threads); });
}

Document::Document(std::size_t threads) : threads_(threads == 0 ? OSD_Parallel::NbLogicalProcessors() : threads) {
  initialise();
  OSD_ThreadPool::DefaultPool()->Init(static_cast<int>(threads_));
  Interface_Static::SetCVal("xstep.cascade.unit", "MM");
  Interface_Static::SetIVal("read.step.product.mode", 1);
  Interface_Static::SetIVal("read.stdsameparameter.mode", 0);
  XCAFApp_Application::GetApplication()->NewDocument("MDTV-XCAF", document_);
}

Document::~Document() {
  reader_.reset();
  if (!document_.IsNull()) {
    XCAFApp_Application::GetApplication()->Close(document_);
  }
}

namespace {

// The length of a unit in millimetres; 0 when it isn't known.
double unit_in_mm(const Handle(StepBasic_NamedUnit) & unit, int depth) {
  if (unit.IsNull() || depth > 4) {
    return 0.0;
  }
  if (auto si = Handle(StepBasic_SiUnitAndLengthUnit)::DownCast(unit); !si.IsNull()) {
    static const double powers[] = {1e18, 1e15, 1e12, 1e9, 1e6, 1e3, 1e2, 1e1, 1e-1, 1e-2, 1e-3, 1e-6, 1e-9, 1e-12, 1e-15, 1e-18};
    return si->HasPrefix() ? 1000.0 * powers[si->Prefix()] : 1000.0;
  }
  if (auto converted = Handle(StepBasic_ConversionBasedUnitAndLengthUnit)::DownCast(unit); !converted.IsNull()) {
    Handle(StepBasic_MeasureWithUnit) factor = converted->ConversionFactor();
    if (factor.IsNull()) {
      return 0.0;
    }
    return factor->ValueComponent() * unit_in_mm(factor->UnitComponent().NamedUnit(), depth + 1);
  }
  return 0.0;
}

std::string si_name(const Handle(StepBasic_SiUnitAndLengthUnit) & unit) {
  static const char *prefixes[] = {"exa", "peta", "tera", "giga", "mega", "kilo", "hecto", "deca", "deci", "centi", "milli", "micro", "nano", "pico", "femto", "atto"};
  return unit->HasPrefix() ? std::string(prefixes[unit->Prefix()]) + "metre" : "metre";
}

bool is_blank(const Handle(TCollection_HAsciiString) & text) {
  return text.IsNull() || std::string(text->ToCString()).find_first_not_of(" \t\r\n") == std::string::npos;
}

// The length unit among those of a context.
bool length_unit(const Handle(StepRepr_GlobalUnitAssignedContext) & context, std::string &name, double &in_mm) {
  if (context.IsNull() || context->Units().IsNull()) {
    return false;
  }
  for (int index = 1; index <= context->NbUnits(); ++index) {
    Handle(StepBasic_NamedUnit) unit = context->UnitsValue(index);
    const double length = unit_in_mm(unit, 0);
    if (!(length > 0.0) || !std::isfinite(length)) {
      continue;
    }
    in_mm = length;
    if (auto si = Handle(StepBasic_SiUnitAndLengthUnit)::DownCast(unit); !si.IsNull()) {
      name = si_name(si);
    } else {
      auto converted = Handle(StepBasic_ConversionBasedUnitAndLengthUnit)::DownCast(unit);
      name = converted->Name().IsNull() ? "" : converted->Name()->ToCString();
    }
    return true;
  }
  return false;
}

} // namespace

void Document::parse(rust::Str path) {
  guarded([&] {
    reader_ = std::make_unique<STEPCAFControl_Reader>();
    reader_->SetColorMode(true);
    reader_->SetNameMode(true);
    reader_->SetSHUOMode(true);
    reader_->SetLayerMode(false);
    reader_->SetPropsMode(false);
    reader_->SetGDTMode(false);
    reader_->SetMatMode(false);
    reader_->SetViewMode(false);
    const IFSelect_ReturnStatus status = reader_->ReadFile(std::string(path).c_str());
    if (status != IFSelect_RetDone) {
      throw std::runtime_error("the kernel can't parse it (status " + std::to_string(static_cast<int>(status)) + ")");
    }
    Handle(Interface_InterfaceModel) model = reader_->ChangeReader().WS()->Model();
    bool has_unit = false;
    std::set<std::string> files;
    const Handle(TCollection_HAsciiString) nothing = new TCollection_HAsciiString("");
    for (int index = 1; index <= model->NbEntities(); ++index) {
      Handle(Standard_Transient) entity = model->Value(index);
      // External references: a file name that is empty is never opened.
      if (auto file = Handle(StepBasic_Document)::DownCast(entity); !file.IsNull()) {
        if (!file->Id().IsNull() && file->IsKind(STANDARD_TYPE(StepBasic_DocumentFile)) && !file->Id()->IsEmpty()) {
          files.insert(file->Id()->ToCString());
          file->SetId(nothing);
        }
      } else if (auto named = Handle(StepBasic_ExternalIdentificationAssignment)::DownCast(entity); !named.IsNull()) {
        if (!named->AssignedId().IsNull() && !named->AssignedId()->IsEmpty()) {
          files.insert(named->AssignedId()->ToCString());
          named->SetAssignedId(nothing);
        }
      } else if (auto usage = Handle(StepRepr_NextAssemblyUsageOccurrence)::DownCast(entity); !usage.IsNull()) {
        // An occurrence without a name would be called by its number; the part's name says more.
        if (is_blank(usage->Name())) {
          usage->SetId(nothing);
        }
      } else if (!has_unit) {
        Handle(StepRepr_GlobalUnitAssignedContext) context;
        if (auto both = Handle(StepGeom_GeomRepContextAndGlobUnitAssCtxAndGlobUncertaintyAssCtx)::DownCast(entity); !both.IsNull()) {
          context = both->GlobalUnitAssignedContext();
        } else if (auto one = Handle(StepGeom_GeometricRepresentationContextAndGlobalUnitAssignedContext)::DownCast(entity); !one.IsNull()) {
          context = one->GlobalUnitAssignedContext();
        }
        has_unit = length_unit(context, unit_name_, unit_mm_);
      }
    }
    external_files_.assign(files.begin(), files.end());
  });
}

void Document::transfer() {
  guarded([&] {
    if (!reader_->Transfer(document_)) {
      throw std::runtime_error("the kernel finds nothing to transfer");
    }
    // The parsed entities are not needed any more, and they are most of the memory.
    reader_.reset();
  });
}

UnitRecord Document::unit() const {
  return UnitRecord{rust::String::lossy(unit_name_), unit_mm_};
}

rust::Vec<rust::String> Document::external_files() const {
  rust::Vec<rust::String> files;
  for (const std::string &file : external_files_) {
    files.push_back(rust::String::lossy(file));
  }
  return files;
}

} // namespace hartomat
