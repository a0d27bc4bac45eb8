//! Reports: a page, JSON and JUnit XML from the same run, and the same bytes each time.

use std::fs;

use hartomat_schema::Comparison;
use serde_json::Value;

use crate::studio::TestStudio;

#[test]
fn a_run_is_written_as_a_page_as_json_and_as_xml() {
    let studio = TestStudio::new();
    let named = "save.name_pattern=<b>&{stem}.{ext}";
    let run = studio.smoke("shadow", &["--set", "scene.azimuth_deg=90", "--set", named]);
    assert_eq!(run.text("/data/record/verdict"), "fail", "{}", run.stderr);
    let write = |name: &str| {
        let path = studio.path().join(name);
        let path_text = path.to_str().unwrap();
        let written = studio.run(&["runs", "report", "latest", "--output", path_text]);
        assert_eq!(written.code, 0, "{}", written.stderr);
        fs::read_to_string(path).unwrap()
    };
    let html = write("run.html");
    assert!(html.starts_with("<!doctype html>") && html.ends_with("</html>\n"));
    assert_eq!(html.matches("<img src=\"data:image/png;base64,").count(), 3);
    assert!(
        !html.contains("<script") && !html.contains("<b>&{"),
        "texts are escaped"
    );
    for said in [
        "numeric",
        "azimuth_deg",
        "workflow",
        "embedded_renderer",
        "Published and told",
    ] {
        assert!(html.contains(said), "{said}");
    }
    let json: Value = serde_json::from_str(&write("run.json")).unwrap();
    assert_eq!(json["schema"], "hartomat.report/1");
    assert_eq!(json["comparison"]["verdict"], "fail");
    assert_eq!(json["run"]["record"]["id"], run.text("/data/record/id"));
    let xml = write("run.xml");
    assert!(xml.starts_with("<?xml"));
    assert!(xml.contains("<failure type=\"fail\" message=\""), "{xml}");
    let suites = xml.lines().nth(1).unwrap();
    assert!(
        suites.contains("errors=\"0\"") && !suites.contains("failures=\"0\""),
        "{suites}"
    );
    assert_eq!(
        xml.matches("<testsuite ").count(),
        3,
        "the run, its picture, its geometry"
    );
    for (name, first) in [("again.html", &html), ("again.xml", &xml)] {
        assert_eq!(write(name), *first, "the same run gives the same bytes");
    }
    let refused = studio.run(&["runs", "report", "latest", "--output", "report.pdf"]);
    assert_eq!(refused.code, 5, "{}", refused.json);
    let reject = [
        "review",
        "reject",
        "latest",
        "--output",
        "geometry.glb",
        "--reason",
        "<i>no</i>",
    ];
    assert_eq!(studio.run(&reject).code, 0);
    let reviewed = write("reviewed.html");
    assert!(reviewed.contains("&lt;i&gt;no&lt;/i&gt;") && !reviewed.contains("<i>no"));
}

#[test]
fn two_files_are_compared_with_reports() {
    let studio = TestStudio::new();
    let pictures = studio.path().join("pictures");
    let output = [
        "--output",
        pictures.to_str().unwrap(),
        "--set",
        "scene.azimuth_deg=90",
    ];
    studio.smoke("shadow", &output);
    let file = |name: &str| pictures.join(name).to_string_lossy().into_owned();
    let reports = ["a.html", "b.json", "c.xml"].map(&file);
    let [control, candidate] = ["control.png", "candidate.png"].map(file);
    let mut arguments = vec!["compare", &control, &candidate];
    for report in &reports {
        arguments.extend(["--report", report]);
    }
    let compared = studio.run(&arguments);
    assert_eq!(compared.code, 2, "{}", compared.stderr);
    let [html, json, xml] = reports.map(|report| fs::read_to_string(report).unwrap());
    assert_eq!(html.matches("<img src=").count(), 3);
    let json: Value = serde_json::from_str(&json).unwrap();
    let comparison = |value: &Value| serde_json::from_value::<Comparison>(value.clone()).unwrap();
    assert_eq!(
        comparison(&json["comparison"]),
        comparison(compared.at("/data/comparison"))
    );
    assert_eq!(xml.matches("<testsuite ").count(), 1);
}
