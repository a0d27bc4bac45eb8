//! What a server owes browsers: the review page, sessions in place of tokens, and links to one comparison.

use hartomat_api::Backend as _;
use hartomat_api::http::SESSION_KEY;
use hartomat_schema::ExecutionMode;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::support::{ALL, Served, ask, http, quick_still, request};

/// An answer as a browser gets it.
struct Got {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }
}

fn send(method: &str, url: &str, headers: &[(&str, &str)]) -> Got {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = http().request(method, url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.unwrap();
        Got {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            text: answer.text().await.unwrap(),
        }
    })
}

#[test]
fn the_page_is_served_to_whom_this_server_is_meant_for() {
    let served = Served::start();
    let url = |address: &str| served.url() + address;
    for view in [
        "/",
        "/runs",
        "/runs/some%20run/compare",
        "/rollouts",
        "/share",
    ] {
        let page = send("GET", &url(view), &[]);
        assert_eq!(page.status, 200, "{view}");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        let policy = page.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert!(
            !page.text.contains("style=") && !page.text.contains("<script>"),
            "{view}"
        );
    }
    let script = send("GET", &url("/web/app.js"), &[]);
    assert_eq!(
        script.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(script.header("x-content-type-options"), "nosniff");
    assert_eq!(script.header("cache-control"), "no-cache");
    let etag = script.header("etag");
    let again = send("GET", &url("/web/app.js"), &[("if-none-match", etag)]);
    assert_eq!((again.status, &*again.text), (304, ""));
    let head = send("HEAD", &url("/web/app.js"), &[]);
    assert_eq!((head.status, head.header("etag")), (200, etag));
    assert_eq!(head.header("content-length"), script.text.len().to_string());
    for address in ["/web/nothing.js", "/web/../Cargo.toml", "/web/"] {
        assert_eq!(send("GET", &url(address), &[]).status, 401, "{address}");
    }
    assert_eq!(send("POST", &url("/runs"), &[]).status, 405);
    assert_eq!(
        send("GET", &url("/"), &[("host", "example.com")]).status,
        421
    );
    let foreign = [("origin", "https://example.com")];
    assert_eq!(send("GET", &url("/web/app.js"), &foreign).status, 403);
}

/// A browser's session: its cookie and its key.
struct Browser {
    cookie: String,
    key: String,
}

impl Browser {
    fn sign_in(served: &Served, secret: &str) -> Self {
        let bearer = format!("Bearer {secret}");
        let begun = send(
            "POST",
            &(served.url() + "/v1/session"),
            &[("authorization", &bearer)],
        );
        assert_eq!(begun.status, 201, "{}", begun.text);
        let set = begun.header("set-cookie");
        assert!(set.contains("; HttpOnly; SameSite=Strict"), "{set}");
        let cookie = set.split(';').next().unwrap().to_owned();
        let key = begun.json()["key"].as_str().unwrap().to_owned();
        assert!(!secret.contains(&key) && !cookie.contains(&key));
        Self { cookie, key }
    }

    fn ask(&self, served: &Served, method: &str, address: &str) -> Got {
        let headers = [("cookie", &*self.cookie), (SESSION_KEY, &*self.key)];
        send(method, &(served.url() + address), &headers)
    }
}

#[test]
fn a_browser_speaks_for_its_token_as_long_as_that_holds() {
    let served = Served::start();
    let token = served.token("read");
    let browser = Browser::sign_in(&served, &token);
    let told = browser.ask(&served, "GET", "/v1/session").json();
    assert_eq!(
        told,
        json!({ "person": "tester", "scopes": ["read"], "shared_run": null })
    );
    assert_eq!(browser.ask(&served, "GET", "/v1/runs").status, 200);
    assert_eq!(browser.ask(&served, "GET", "/v1/audit").status, 403);
    let cookie_alone = [("cookie", &*browser.cookie)];
    let runs = served.url() + "/v1/runs";
    assert_eq!(send("GET", &runs, &cookie_alone).status, 401);
    let from_elsewhere = [
        ("cookie", &*browser.cookie),
        (SESSION_KEY, &*browser.key),
        ("sec-fetch-site", "same-site"),
    ];
    assert_eq!(send("GET", &runs, &from_elsewhere).status, 401);

    let other = Browser::sign_in(&served, &token);
    assert_eq!(other.ask(&served, "DELETE", "/v1/session").status, 204);
    assert_eq!(other.ask(&served, "GET", "/v1/session").status, 401);

    let code = browser.ask(&served, "POST", "/v1/session/codes");
    assert_eq!(code.status, 201, "{}", code.text);
    let address = code.json()["address"].as_str().unwrap().to_owned();
    let code = address.strip_prefix("/sign-in#").unwrap();
    let bearer = format!("Bearer {code}");
    assert_eq!(
        send("GET", &runs, &[("authorization", &bearer)]).status,
        401,
        "a code opens nothing but a session"
    );
    let third = Browser::sign_in(&served, code);
    assert_eq!(third.ask(&served, "GET", "/v1/session").json(), told);
    let again = served.url() + "/v1/session";
    let again = send("POST", &again, &[("authorization", &bearer)]);
    assert_eq!(again.status, 401, "a code is used once");

    let listed = crate::support::output(&mut served.command(&["--json", "token", "list"]));
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    let id = listed["data"][0]["id"].as_str().unwrap();
    crate::support::output(&mut served.command(&["token", "revoke", id]));
    assert_eq!(browser.ask(&served, "GET", "/v1/session").status, 401);
}

#[test]
fn a_link_shows_one_comparison_until_it_ends() {
    let served = Served::start();
    let client = served.client(ALL);
    let token = served.token(ALL);
    let shadow = request(quick_still(&client), ExecutionMode::Shadow);
    let run = client.run_to_end(&shadow, &()).unwrap();
    let (id, control) = (&run.record.id, run.files["control"].digest);
    let shares = format!("{}/v1/runs/{id}/shares", served.url());
    let share = |millis: i64| {
        let until = json!({ "expires_at": run.record.created_at.0 + millis });
        ask(&shares, "POST", Some(&token), Some(&until))
    };
    assert_eq!(share(-1).0, 422);
    assert_eq!(share(91 * 86_400_000).0, 422);
    let (status, made) = share(3_600_000);
    assert_eq!(status, 201, "{made}");
    let address = made["address"].as_str().unwrap();
    let secret = address.strip_prefix("/share#").unwrap();

    let guest = Browser::sign_in(&served, secret);
    let shown = guest.ask(&served, "GET", &format!("/v1/runs/{id}/comparison"));
    assert_eq!(shown.json()["evidence"]["comparison"]["verdict"], "pass");
    assert_eq!(
        guest
            .ask(&served, "GET", &format!("/v1/artifacts/{control}"))
            .status,
        200
    );
    let step = &run.frozen.subject.cad_file().digest;
    for address in [
        "/v1/runs".to_owned(),
        "/v1/events".to_owned(),
        "/v1/reviews".to_owned(),
        format!("/v1/runs/{id}"),
        "/v1/runs/another/comparison".to_owned(),
        format!("/v1/artifacts/{step}"),
    ] {
        assert_eq!(guest.ask(&served, "GET", &address).status, 403, "{address}");
    }
    // Neither is looked at, nor noted: anybody may have the link.
    for (method, address) in [
        ("POST", "/v1/validations".to_owned()),
        ("POST", format!("/v1/runs/{id}/cancel")),
    ] {
        let refused = guest.ask(&served, method, &address);
        assert_eq!(refused.status, 403, "{address}");
        assert!(refused.text.contains("one comparison"), "{}", refused.text);
    }
    let forged = secret.replace(&id.to_string(), "another");
    let bearer = [("authorization", &*format!("Bearer {forged}"))];
    assert_eq!(
        send("POST", &(served.url() + "/v1/session"), &bearer).status,
        401
    );

    let (_, audit) = ask(&(served.url() + "/v1/audit"), "GET", Some(&token), None);
    let told = audit.to_string();
    assert!(
        told.contains("tester lets whoever has a link see this comparison"),
        "{told}"
    );
    assert!(!told.contains(secret) && !served.log().contains(secret));
    assert!(!told.contains("link to the comparison"), "{told}");

    let rotate = served.url() + "/v1/share-key";
    assert_eq!(ask(&rotate, "PUT", Some(&token), None).0, 204);
    assert_eq!(guest.ask(&served, "GET", "/v1/session").status, 401);
}
