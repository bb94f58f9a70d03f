//! Groups and who is in them: whoever joins gets what the group can do, from somebody who holds it.

use argus_testing::{Actor, PASSWORD, TestApp, stores};
use serde_json::{Value, json};

use crate::refusals::support::{Refusals, bad_fields, refused};

const GROUPS: &str = "/useradmin/v2/group";
const EVENTS: &str = "/audit/v1/event";

async fn manager(app: &TestApp) -> Actor {
    app.by_password("admin", &app.admin_password).await
}

async fn group(by: &Actor, name: &str, customer: &str) -> i64 {
    let new = json!({"customer": customer, "name": name, "shortName": name});
    by.post(GROUPS, new).await.expect(201)["data"]["id"].as_i64().unwrap()
}

fn names(list: &[Value]) -> Vec<&str> {
    list.iter().filter_map(|user| user["shortName"].as_str()).collect()
}

#[tokio::test]
async fn members_have_what_their_groups_have() {
    stores(async |app| {
        let admin = manager(app).await;
        let (outer, inner) = (group(&admin, "outer", "root").await, group(&admin, "inner", "root").await);
        let id = app.new_user("anna", "root", &[]).await;
        let anna = app.by_key(&app.new_key(id).await);
        argus_identity::functions::grant(app.platform.db.writer(), outer, "viewAuditEvents", 1, 0).await.unwrap();
        app.platform.directory.forget(&argus_core::directory::Changed::Everything);
        anna.get(EVENTS).await.expect(403);
        let members = format!("{GROUPS}/inner/members");
        let added = json!({"subject": ["anna", id.to_string()], "comment": "she asked"});
        assert_eq!(names(admin.post(&members, added).await.expect(200).list()), ["anna"]);
        anna.get(EVENTS).await.expect(403);
        let joined = json!({"parentGroups": ["outer"]});
        let joined = admin.post("/useradmin/v2/subject/inner/groups", joined).await.expect(200);
        assert_eq!(
            (&joined.list()[0]["group"]["id"], &joined.list()[0]["member"]["id"]),
            (&json!(outer), &json!(inner))
        );
        anna.get(EVENTS).await.expect(200);
        let shown = admin.get("/useradmin/v2/user/anna").await.expect(200);
        assert_eq!(names(shown["data"]["memberOf"].as_array().unwrap()), ["inner"]);
        assert_eq!(
            names(admin.get("/useradmin/v2/subject?type=group&sortBy=-shortName").await.expect(200).list()),
            ["outer", "inner"]
        );
        assert_eq!(names(admin.get("/useradmin/v2/subject?parent=inner").await.expect(200).list()), ["anna"]);
        let listed = admin.get("/useradmin/v2/membership?subject=anna").await.expect(200);
        assert_eq!((&listed["count"], &listed.list()[0]["addComment"]), (&json!(1), &"she asked".into()));
        // A deleted group gives nothing; brought back, it gives again.
        admin.delete(&format!("{GROUPS}/outer")).await.expect(200);
        anna.get(EVENTS).await.expect(403);
        admin.put(&format!("{GROUPS}/outer/reenable"), json!({})).await.expect(200);
        anna.get(EVENTS).await.expect(200);
        assert!(admin.delete(&format!("{members}?subject=anna&comment=done")).await.expect(200).list().is_empty());
        anna.get(EVENTS).await.expect(403);
        let ended = admin
            .post("/useradmin/v2/membership/search", json!({"includeDeleted": true, "member": ["anna"]}))
            .await
            .expect(200);
        assert_eq!(
            (&ended.list()[0]["flags"], &ended.list()[0]["removeComment"]),
            (&json!(["deleted"]), &"done".into())
        );
        let lasting = admin.get("/useradmin/v2/membership?group=outer").await.expect(200).list()[0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        admin.delete(&format!("/useradmin/v2/membership?membershipID={lasting}")).await.expect(200);
        assert_eq!(admin.get("/useradmin/v2/membership").await.expect(200)["count"], 0);
    })
    .await;
}

#[tokio::test]
async fn nobody_joins_above_themselves() {
    stores(async |app| {
        app.customer("red", "root").await;
        let admin = manager(app).await;
        let mighty = group(&admin, "mighty", "root").await;
        group(&admin, "within", "root").await;
        group(&admin, "harmless", "red").await;
        argus_identity::functions::grant(app.platform.db.writer(), mighty, "administrator", 1, 0).await.unwrap();
        app.platform.directory.forget(&argus_core::directory::Changed::Everything);
        admin.post(&format!("{GROUPS}/mighty/members"), json!({"subject": ["within"]})).await.expect(200);
        let rights = ["viewUsers", "addGroupMember", "updateGroup", "deleteGroup"].map(|function| (function, "root"));
        app.new_user("eve", "root", &rights).await;
        let eve = app.by_password("eve", PASSWORD).await;
        let mut refusals = Refusals::begin(app).await;
        for name in ["mighty", "within"] {
            let me = json!({"subject": ["eve"]});
            let denied = refusals.of(&eve).post(&format!("{GROUPS}/{name}/members"), me).await;
            assert_eq!(refused(denied, 403, name).template(), "access.denied.escalation");
            let both = json!({"parentGroups": ["harmless", name]});
            refused(refusals.of(&eve).post("/useradmin/v2/subject/eve/groups", both).await, 403, name);
            refused(
                refusals.of(&eve).put(&format!("{GROUPS}/{name}/move"), json!({"customer": "red"})).await,
                403,
                name,
            );
        }
        // Nothing of "both" was done.
        assert!(admin.get(&format!("{GROUPS}/harmless/members")).await.expect(200).list().is_empty());
        eve.post(&format!("{GROUPS}/harmless/members"), json!({"subject": ["eve"]})).await.expect(200);
        // Nor by way of a group that eve is in already.
        let way = json!({"parentGroups": ["mighty"]});
        refused(refusals.of(&eve).post("/useradmin/v2/subject/harmless/groups", way).await, 403, "by way of a group");
        eve.delete(&format!("{GROUPS}/mighty")).await.expect(200);
        refused(refusals.of(&eve).put(&format!("{GROUPS}/mighty/reenable"), json!({})).await, 403, "back");
        refusals.end().await;
    })
    .await;
}

#[tokio::test]
async fn bad_memberships_are_refused() {
    stores(async |app| {
        app.customer("red", "root").await;
        let admin = manager(app).await;
        let top = group(&admin, "top", "root").await;
        group(&admin, "below", "root").await;
        admin.post(&format!("{GROUPS}/top/members"), json!({"subject": ["below"]})).await.expect(200);
        let mut refusals = Refusals::begin(app).await;
        for (subject, fields) in
            [(json!([]), &["subject"][..]), (json!(["nobody"]), &["subject"]), (json!(["", "admin"]), &["subject"])]
        {
            let body = json!({"subject": subject, "comment": "<"});
            let fields = [fields, &["comment"]].concat();
            bad_fields(
                refusals.of(&admin).post(&format!("{GROUPS}/top/members"), body.clone()).await,
                &fields,
                &body.to_string(),
            );
        }
        for (group, member) in [("below", "top"), ("top", "top")] {
            let circle =
                refusals.of(&admin).post(&format!("{GROUPS}/{group}/members"), json!({"subject": [member]})).await;
            assert_eq!(refused(circle, 412, "circle").template(), "group.circle");
        }
        bad_fields(refusals.of(&admin).delete(&format!("{GROUPS}/top/members")).await, &["subject"], "nobody named");
        bad_fields(
            refusals.of(&admin).delete(&format!("{GROUPS}/top/members?subject=admin")).await,
            &["subject"],
            "no member",
        );
        bad_fields(
            refusals.of(&admin).delete("/useradmin/v2/membership?membershipID=1").await,
            &["membershipID"],
            "no UUID",
        );
        // A user is no group, and a group no user.
        refused(refusals.of(&admin).get(&format!("{GROUPS}/admin")).await, 404, "a user");
        refused(refusals.of(&admin).get(&format!("/useradmin/v2/user/{top}")).await, 404, "a group");
        app.new_user("red-admin", "red", &[("viewUsers", "red"), ("addGroupMember", "red")]).await;
        let red = app.by_password("red-admin", PASSWORD).await;
        refused(refusals.of(&red).get(&format!("{GROUPS}/{top}/members")).await, 404, "not theirs");
        refused(
            refusals.of(&red).post(&format!("{GROUPS}/top/members"), json!({"subject": ["red-admin"]})).await,
            404,
            "not theirs",
        );
        refusals.end().await;
        assert_eq!(red.get("/useradmin/v2/membership").await.expect(200)["count"], 0);
        // A key is not enough.
        assert_eq!(app.admin().post(GROUPS, json!({})).await.expect(403).template(), "access.denied.level");
    })
    .await;
}

#[tokio::test]
async fn the_last_administrator_cannot_leave() {
    stores(async |app| {
        let admin = manager(app).await;
        let chiefs = group(&admin, "chiefs", "root").await;
        let db = app.platform.db.writer();
        app.new_user("boss", "root", &[]).await;
        argus_identity::functions::grant(db, chiefs, "administrator", 1, 0).await.unwrap();
        let own = argus_identity::functions::held_by(db, vec![1]).await.unwrap();
        argus_identity::functions::revoke(db, own[0].id, 1).await.unwrap();
        app.platform.directory.forget(&argus_core::directory::Changed::Everything);
        argus_identity::subjects::join(
            db,
            argus_identity::subjects::NewMembership {
                id: app.platform.ids.uuid(),
                group_id: chiefs,
                member_id: 1,
                by: None,
                comment: None,
            },
            1,
        )
        .await
        .unwrap();
        app.platform.directory.forget(&argus_core::directory::Changed::Everything);
        let mut refusals = Refusals::begin(app).await;
        for path in [
            "/useradmin/v2/user/admin",
            "/useradmin/v2/group/chiefs",
            "/useradmin/v2/group/chiefs/members?subject=admin",
        ] {
            let last = refused(refusals.of(&admin).delete(path).await, 412, path);
            assert_eq!(last.template(), "last.administrator", "{path}");
        }
        refusals.end().await;
        admin.post("/useradmin/v2/group/chiefs/members", json!({"subject": ["boss"]})).await.expect(200);
        admin.delete("/useradmin/v2/group/chiefs/members?subject=admin").await.expect(200);
        admin.get(GROUPS).await.expect(403);
        app.by_password("boss", PASSWORD).await.get(GROUPS).await.expect(200);
    })
    .await;
}
