//! Finds Open CASCADE (OCCT) and compiles the binding to it.
//!
//! Where its headers are missing the package still builds: the worker then answers every request
//! with how to install them. `HARTOMAT_OCCT_INCLUDE` and `HARTOMAT_OCCT_LIB` name other places.

use std::path::{Path, PathBuf};

const PLACES: &[&str] = &[
    "/usr/include/opencascade",
    "/usr/local/include/opencascade",
    "/opt/homebrew/include/opencascade",
    "/usr/include/oce",
];

/// Toolkits whose names are the same in every version.
const TOOLKITS: &[&str] = &[
    "TKernel",
    "TKMath",
    "TKG2d",
    "TKG3d",
    "TKGeomBase",
    "TKBRep",
    "TKGeomAlgo",
    "TKTopAlgo",
    "TKPrim",
    "TKBO",
    "TKBool",
    "TKFillet",
    "TKOffset",
    "TKMesh",
    "TKShHealing",
    "TKXSBase",
    "TKLCAF",
    "TKCAF",
    "TKCDF",
    "TKXCAF",
];

/// The C++ files.
const SOURCES: [&str; 9] = [
    "document",
    "tree",
    "mesh",
    "bounds",
    "samples",
    "samples_kit",
    "sample_bearing",
    "sample_simple",
    "sample_gearbox",
];

fn main() {
    println!("cargo::rustc-check-cfg=cfg(occt)");
    println!("cargo::rerun-if-env-changed=HARTOMAT_OCCT_INCLUDE");
    println!("cargo::rerun-if-env-changed=HARTOMAT_OCCT_LIB");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/occt");
    let Some((include, version)) = find() else {
        println!(
            "cargo::warning=the CAD kernel is missing, so the worker can read no STEP file: \
             install libocct-data-exchange-dev libocct-ocaf-dev and build again"
        );
        return;
    };
    println!(
        "cargo::rerun-if-changed={}",
        include.join("Standard_Version.hxx").display()
    );
    compile(&include);
    link(version);
}

/// The header folder and the version of the kernel.
fn find() -> Option<(PathBuf, (u32, u32))> {
    let named = std::env::var_os("HARTOMAT_OCCT_INCLUDE").map(PathBuf::from);
    let places = PLACES.iter().map(PathBuf::from);
    named
        .into_iter()
        .chain(places)
        .find_map(|place| Some((place.clone(), version(&place)?)))
}

fn version(place: &Path) -> Option<(u32, u32)> {
    let needed = [
        "STEPCAFControl_Reader.hxx",
        "XCAFDoc_ShapeTool.hxx",
        "BRepMesh_IncrementalMesh.hxx",
    ];
    if !needed.iter().all(|header| place.join(header).exists()) {
        return None;
    }
    let text = std::fs::read_to_string(place.join("Standard_Version.hxx")).ok()?;
    let number = |name: &str| {
        let line = text
            .lines()
            .find(|line| line.starts_with("#define") && line.contains(name))?;
        line.split_whitespace().last()?.parse::<u32>().ok()
    };
    Some((number("OCC_VERSION_MAJOR ")?, number("OCC_VERSION_MINOR ")?))
}

fn compile(include: &Path) {
    cxx_build::bridge("src/binding.rs")
        .files(SOURCES.map(|name| format!("src/occt/{name}.cxx")))
        .flag(format!("-isystem{}", include.display()))
        .std("c++17")
        .opt_level(2)
        .debug(false)
        .flag_if_supported("-Wno-deprecated-declarations")
        .compile("hartomat_occt");
    println!("cargo::rustc-cfg=occt");
}

fn link((major, minor): (u32, u32)) {
    if let Some(folder) = std::env::var_os("HARTOMAT_OCCT_LIB") {
        println!(
            "cargo::rustc-link-search=native={}",
            PathBuf::from(folder).display()
        );
    }
    let step: &[&str] = if (major, minor) >= (7, 8) {
        &["TKDE", "TKDESTEP"]
    } else {
        &[
            "TKSTEPBase",
            "TKSTEPAttr",
            "TKSTEP209",
            "TKSTEP",
            "TKXDESTEP",
        ]
    };
    for toolkit in step.iter().chain(TOOLKITS) {
        println!("cargo::rustc-link-lib=dylib={toolkit}");
    }
}
