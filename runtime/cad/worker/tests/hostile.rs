//! Damaged and hostile files: one clear error each, within the limits, and the pool goes on.

#![allow(
    clippy::unwrap_used,
    reason = "a test helper that fails is a failed test"
)]

mod common;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use common::{config, glb, impatient, part_list, sample, worker};
use hartomat_cad::{CadConfig, CadError, CadWorker, GlbRequest, PartListRequest, StepInput};
use hartomat_process::Cancel;

/// A small generator, so that every run damages the same bytes.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % limit.max(1)
    }
}

fn original() -> String {
    std::fs::read_to_string(sample("pipe_fitting_inch.step").path).unwrap()
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> StepInput {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    StepInput::new(path)
}

/// Either a result or an error that blames the file and names it.
fn assert_clean(cad: &CadWorker, input: &StepInput) -> Option<CadError> {
    let err = glb(cad, input).err()?;
    assert!(err.is_invalid_input(), "{}: {err:?}", input.display_name);
    assert!(err.to_string().contains(&input.display_name), "{err}");
    Some(err)
}

fn assert_goes_on(cad: &CadWorker) {
    assert_eq!(
        part_list(cad, &sample("flange_bracket.step"))
            .unwrap()
            .part_list
            .parts
            .len(),
        1
    );
}

#[test]
fn truncated_files_are_called_incomplete_without_the_kernel() {
    let folder = tempfile::tempdir().unwrap();
    // A worker that can't start: whoever asks it fails.
    let cad = CadWorker::open(CadConfig {
        worker: Some("/bin/false".into()),
        ..config()
    })
    .unwrap();
    let whole = original();
    let end = whole.rfind("END-ISO").unwrap();
    for share in 0..60 {
        let input = write(
            folder.path(),
            "cut.step",
            &whole.as_bytes()[..1 + end * share / 60],
        );
        let err = glb(&cad, &input).unwrap_err();
        assert!(matches!(err, CadError::Truncated { .. }), "{share}: {err}");
    }
}

#[test]
fn what_is_no_step_file_never_reaches_the_kernel() {
    let folder = tempfile::tempdir().unwrap();
    let cad = CadWorker::open(CadConfig {
        worker: Some("/bin/false".into()),
        ..config()
    })
    .unwrap();
    for bytes in [
        &b""[..],
        b"<!DOCTYPE html><html></html>",
        b"\x1f\x8b\x08\0\0",
        b"PK\x03\x04",
        &[0; 5000],
    ] {
        let err = glb(&cad, &write(folder.path(), "other.step", bytes)).unwrap_err();
        assert!(matches!(err, CadError::NotStep { .. }), "{err}");
    }
    let deep = original().replacen(
        "DATA;",
        &format!(
            "DATA;\n#999999=A({}1{});",
            "(".repeat(200_000),
            ")".repeat(200_000)
        ),
        1,
    );
    let err = glb(&cad, &write(folder.path(), "deep.step", deep.as_bytes())).unwrap_err();
    assert!(
        matches!(err, CadError::TooLarge { .. }) && err.to_string().contains("#999999"),
        "{err}"
    );
    let small = CadWorker::open(CadConfig {
        input_bytes: 1000,
        ..config()
    })
    .unwrap();
    let err = glb(&small, &sample("flange_bracket.step")).unwrap_err();
    assert!(matches!(err, CadError::TooLarge { .. }), "{err}");
}

#[test]
fn a_worker_that_cannot_work_is_no_fault_of_the_file() {
    let err = glb(
        &CadWorker::open(CadConfig {
            worker: Some("/bin/false".into()),
            ..config()
        })
        .unwrap(),
        &sample("flange_bracket.step"),
    )
    .unwrap_err();
    assert!(
        matches!(err, CadError::WorkerBroken { .. }) && !err.is_invalid_input(),
        "{err}"
    );
    let missing = CadWorker::open(CadConfig {
        worker: Some("/no/such/worker".into()),
        ..config()
    });
    assert!(matches!(
        missing.err(),
        Some(CadError::WorkerMissing { .. })
    ));
    let gone = glb(&worker(), &StepInput::new("/no/such/file.step")).unwrap_err();
    assert!(
        matches!(gone, CadError::Io { .. }) && !gone.is_invalid_input(),
        "{gone}"
    );
    let err = worker().glb(
        &sample("flange_bracket.step"),
        &GlbRequest {
            deflection_percent: f64::NAN,
            angle_deg: 20.0,
        },
        &Cancel::new(),
        &|_stage| {},
    );
    assert!(matches!(
        err,
        Err(CadError::BadSetting {
            setting: "deflection_percent",
            ..
        })
    ));
}

#[test]
fn a_worker_that_others_ended_is_no_fault_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    for (signal, is_fault) in [(9, false), (15, false), (11, true)] {
        let script = folder.path().join(format!("worker-{signal}"));
        std::fs::write(&script, format!("#!/bin/sh\nkill -{signal} $$\n")).unwrap();
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
        let cad = CadWorker::open(CadConfig {
            worker: Some(script),
            ..config()
        })
        .unwrap();
        let err = glb(&cad, &sample("flange_bracket.step")).unwrap_err();
        assert_eq!(err.is_invalid_input(), is_fault, "{signal}: {err}");
    }
}

#[test]
fn broken_content_ends_in_a_clean_error_or_a_result() {
    let folder = tempfile::tempdir().unwrap();
    let cad = impatient();
    let whole = original();
    let lines: Vec<&str> = whole.lines().collect();

    let huge = whole.replacen(
        "CARTESIAN_POINT('',(0.,0.,0.))",
        "CARTESIAN_POINT('',(1.E308,0.,0.))",
        3,
    );
    assert_clean(&cad, &write(folder.path(), "huge.step", huge.as_bytes()));
    let every = whole.replace("CARTESIAN_POINT('',(0.,", "CARTESIAN_POINT('',(1.E308,");
    let err = assert_clean(&cad, &write(folder.path(), "every.step", every.as_bytes()));
    assert!(err.is_some(), "coordinates of 1e308 can't give a model");

    let missing: Vec<&str> = lines
        .iter()
        .enumerate()
        .filter(|(index, line)| !(line.starts_with('#') && index % 20 == 3))
        .map(|(_index, line)| *line)
        .collect();
    let err = assert_clean(
        &cad,
        &write(folder.path(), "missing.step", missing.join("\n").as_bytes()),
    );
    if let Some(err) = err {
        assert!(err.to_string().contains("doesn't contain"), "{err}");
    }
    let cyclic = whole
        .replacen("MANIFOLD_SOLID_BREP('',#", "MANIFOLD_SOLID_BREP('',#1", 2)
        .replacen("CLOSED_SHELL('',(#", "CLOSED_SHELL('',(#5,#", 1);
    assert_clean(
        &cad,
        &write(folder.path(), "cyclic.step", cyclic.as_bytes()),
    );
    assert_clean(
        &cad,
        &write(
            folder.path(),
            "self.step",
            self_containing(&whole).as_bytes(),
        ),
    );

    let start = whole.find("DATA;").unwrap() + 5;
    let end = whole.rfind("ENDSEC;").unwrap();
    let empty = format!(
        "{}\n#1=CARTESIAN_POINT('',(0.,0.,0.));\n{}",
        &whole[..start],
        &whole[end..]
    );
    let err = assert_clean(&cad, &write(folder.path(), "point.step", empty.as_bytes())).unwrap();
    assert!(
        matches!(
            err,
            CadError::NoGeometry { .. } | CadError::Unreadable { .. }
        ),
        "{err:?}"
    );
    assert_goes_on(&cad);
}

/// Makes every assembly occurrence place the assembly itself.
fn self_containing(whole: &str) -> String {
    let mut text = String::new();
    for line in whole.lines() {
        match line.find("NEXT_ASSEMBLY_USAGE_OCCURRENCE(") {
            Some(_at) => {
                let mut ids = line
                    .split('#')
                    .skip(2)
                    .map(|rest| rest.split([',', ')']).next().unwrap_or(""));
                let (upper, lower) = (ids.next().unwrap_or(""), ids.next().unwrap_or(""));
                text.push_str(&line.replace(&format!("#{lower},"), &format!("#{upper},")));
            }
            None => text.push_str(line),
        }
        text.push('\n');
    }
    text
}

#[test]
fn random_mutants_end_in_a_clean_error_or_a_result() {
    let folder = tempfile::tempdir().unwrap();
    let cad = impatient();
    let whole = original();
    let mut failed = 0;
    for seed in 0..60 {
        let mut random = Random(0x9e37_79b9 ^ (seed + 1));
        let mut bytes = whole.clone().into_bytes();
        let data = whole.find("DATA;").unwrap() + 5;
        for _mutation in 0..1 + random.below(12) {
            let at = data + random.below(bytes.len() - data - 40);
            match seed % 5 {
                0 => bytes[at] ^= 1 << random.below(8),
                1 => bytes[at] = b'0' + random.below(10) as u8,
                2 => drop(bytes.drain(at..at + 1 + random.below(20))),
                3 => {
                    let other = data + random.below(bytes.len() - data - 40);
                    let piece = bytes[other..other + 30].to_vec();
                    bytes.splice(at..at, piece);
                }
                _ => {
                    let line = bytes[at..]
                        .iter()
                        .position(|byte| *byte == b'\n')
                        .map_or(at, |offset| at + offset + 1);
                    let end = bytes[line..]
                        .iter()
                        .position(|byte| *byte == b'\n')
                        .map_or(bytes.len(), |offset| line + offset + 1);
                    drop(bytes.drain(line..end));
                }
            }
        }
        failed += usize::from(
            assert_clean(
                &cad,
                &write(folder.path(), &format!("mutant{seed}.step"), &bytes),
            )
            .is_some(),
        );
    }
    assert!(
        failed > 5,
        "only {failed} of 60 mutants failed: the damage is too weak to test anything"
    );
    assert_goes_on(&cad);
}

#[test]
fn other_files_that_a_file_names_are_never_opened() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret.step");
    std::fs::copy(sample("flange_bracket.step").path, &secret).unwrap();
    let cad = worker();
    for target in [
        secret.to_string_lossy().into_owned(),
        "../secret.step".to_owned(),
        "../../secret.step".to_owned(),
    ] {
        let text = referring(&target);
        let input = write(folder.path(), "outer.step", text.as_bytes());
        match part_list(&cad, &input) {
            Ok(output) => {
                assert!(
                    output
                        .part_list
                        .parts
                        .iter()
                        .all(|part| !part.name.contains("Flange")),
                    "{target} was opened"
                );
                assert!(
                    output
                        .warnings
                        .iter()
                        .any(|warning| warning.contains("aren't opened")),
                    "{:?}",
                    output.warnings
                );
            }
            Err(err) => assert!(err.to_string().contains("other files"), "{err}"),
        }
    }
}

/// A product whose shape is in another file, as CAD systems write it.
fn referring(target: &str) -> String {
    format!(
        "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_NAME('','',(''),(''),'','','');\n\
FILE_SCHEMA(('AUTOMOTIVE_DESIGN {{ 1 0 10303 214 1 1 1 1 }}'));\nENDSEC;\nDATA;\n\
#1=APPLICATION_CONTEXT('core data for automotive mechanical design processes');\n\
#2=APPLICATION_PROTOCOL_DEFINITION('international standard','automotive_design',2000,#1);\n\
#3=PRODUCT_CONTEXT('',#1,'mechanical');\n#4=PRODUCT('p','outer','',(#3));\n#5=PRODUCT_DEFINITION_FORMATION('','',#4);\n\
#6=PRODUCT_DEFINITION_CONTEXT('part definition',#1,'design');\n\
#7=PRODUCT_DEFINITION_WITH_ASSOCIATED_DOCUMENTS('design','',#5,#6,(#20));\n#8=PRODUCT_DEFINITION_SHAPE('','',#7);\n\
#9=(GEOMETRIC_REPRESENTATION_CONTEXT(3)GLOBAL_UNIT_ASSIGNED_CONTEXT((#10,#11,#12))REPRESENTATION_CONTEXT('',''));\n\
#10=(LENGTH_UNIT()NAMED_UNIT(*)SI_UNIT(.MILLI.,.METRE.));\n#11=(NAMED_UNIT(*)PLANE_ANGLE_UNIT()SI_UNIT($,.RADIAN.));\n\
#12=(NAMED_UNIT(*)SI_UNIT($,.STERADIAN.)SOLID_ANGLE_UNIT());\n\
#13=CARTESIAN_POINT('',(0.,0.,0.));\n#14=DIRECTION('',(0.,0.,1.));\n#15=DIRECTION('',(1.,0.,0.));\n\
#16=AXIS2_PLACEMENT_3D('',#13,#14,#15);\n#17=SHAPE_REPRESENTATION('',(#16),#9);\n\
#18=SHAPE_DEFINITION_REPRESENTATION(#8,#17);\n#19=DOCUMENT_TYPE('geometry');\n\
#20=DOCUMENT_FILE('{target}','','',#19,'',$);\n\
#21=PRODUCT_DEFINITION_REFERENCE_WITH_LOCAL_REPRESENTATION();\n\
#22=PROPERTY_DEFINITION('external definition','',#20);\n\
#23=PROPERTY_DEFINITION_REPRESENTATION(#22,#24);\n\
#24=REPRESENTATION('document format',(#25),#9);\n#25=DESCRIPTIVE_REPRESENTATION_ITEM('data format','STEP AP214');\n\
#26=EXTERNAL_SOURCE(IDENTIFIER(''));\n#27=IDENTIFICATION_ROLE('external document id and location',$);\n\
#28=APPLIED_EXTERNAL_IDENTIFICATION_ASSIGNMENT('{target}',#27,#26,(#20));\n\
#29=APPLIED_DOCUMENT_REFERENCE(#20,'',(#7));\n#30=DOCUMENT_REPRESENTATION_TYPE('digital',#20);\n\
ENDSEC;\nEND-ISO-10303-21;\n"
    )
}

#[test]
fn limits_stop_a_file_and_name_its_stage() {
    let input = sample("gearbox.step");
    let hurried = CadWorker::open(CadConfig {
        wall: Duration::from_millis(150),
        ..config()
    })
    .unwrap();
    let err = glb(&hurried, &input).unwrap_err();
    assert!(
        matches!(&err, CadError::TimedOut { .. }) && err.to_string().contains("stage"),
        "{err}"
    );
    let poor = CadWorker::open(CadConfig {
        memory_bytes: 20 << 20,
        ..config()
    })
    .unwrap();
    let err = glb(&poor, &input).unwrap_err();
    assert!(
        matches!(err, CadError::OutOfMemory { limit_mib: 20, .. }),
        "{err}"
    );
    let narrow = CadWorker::open(CadConfig {
        output_bytes: 200 << 10,
        ..config()
    })
    .unwrap();
    // The kernel's own input copy is within the limit, its output isn't.
    let fine = GlbRequest {
        deflection_percent: 0.01,
        angle_deg: 5.0,
    };
    let err = narrow
        .glb(
            &sample("flange_bracket.step"),
            &fine,
            &Cancel::new(),
            &|_stage| {},
        )
        .unwrap_err();
    assert!(matches!(err, CadError::OutputTooLarge { .. }), "{err:?}");
    assert_goes_on(&narrow);
}

#[test]
fn cancelling_is_no_error_of_the_file() {
    let cad = worker();
    let cancel = Cancel::new();
    let stop = cancel.clone();
    let on_stage = move |stage| {
        if stage == hartomat_cad::Stage::Transfer {
            stop.cancel();
        }
    };
    let request = PartListRequest {
        mass_properties: false,
    };
    let err = cad
        .part_list(&sample("gearbox.step"), &request, &cancel, &on_stage)
        .unwrap_err();
    assert!(matches!(err, CadError::Cancelled) && !err.is_invalid_input());
    assert_goes_on(&cad);
}
