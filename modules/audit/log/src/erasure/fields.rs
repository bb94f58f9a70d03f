//! Which column a member stands in.

use crate::event::Model;

/// Takes a sealed member away from a row.
pub fn erase(row: &mut Model, name: &str) {
    match name {
        "action" => row.action = None,
        "actorDetail" => row.actor_detail = None,
        "actorEmail" => row.actor_email = None,
        "actorID" => row.actor_id = None,
        "actorName" => row.actor_name = None,
        "affectedResources" => row.affected_resources = None,
        "after" => row.after = None,
        "application" => row.application = None,
        "authMethod" => row.auth_method = None,
        "authUser" => row.auth_user = None,
        "before" => row.before = None,
        "changes" => row.changes = None,
        "clientIP" => row.client_ip = None,
        "cpuUsage" => row.cpu_usage = None,
        "createdByKey" => row.created_by_key = None,
        "createdByUser" => row.created_by_user = None,
        "description" => row.description = None,
        "device" => row.device = None,
        "environment" => row.environment = None,
        "eventDetail" => row.event_detail = None,
        "eventName" => row.event_name = None,
        "externalID" => row.external_id = None,
        "fingerprint" => row.fingerprint = None,
        "latency" => row.latency = None,
        "location" => row.location = None,
        "machineID" => row.machine_id = None,
        "memoryUsage" => row.memory_usage = None,
        "metadata" => row.metadata = None,
        "metadataList" => row.metadata_list = None,
        "method" => row.method = None,
        "metrics" => row.metrics = None,
        "origin" => row.origin = None,
        "requestMetadata" => row.request_metadata = None,
        "responseMetadata" => row.response_metadata = None,
        "status" => row.status = None,
        "targetDetail" => row.target_detail = None,
        "targetID" => row.target_id = None,
        "targetName" => row.target_name = None,
        "totalDuration" => row.total_duration = None,
        "traceID" => row.trace_id = None,
        "userAgent" => row.user_agent = None,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::members::{DOCUMENTS, SEALED, sealed};
    use crate::record::empty;

    #[test]
    fn every_sealed_member_can_be_erased() {
        let text = || Some("x".to_owned());
        let mut row = Model {
            action: text(),
            actor_email: text(),
            actor_id: text(),
            actor_name: text(),
            affected_resources: Some(1),
            application: text(),
            auth_method: text(),
            auth_user: Some(1),
            client_ip: Some("00000000000000000000ffff7f000001".to_owned()),
            cpu_usage: Some(1.0),
            created_by_key: text(),
            created_by_user: Some(1),
            description: text(),
            device: text(),
            environment: text(),
            event_name: text(),
            external_id: text(),
            fingerprint: text(),
            latency: Some(1.0),
            location: text(),
            machine_id: text(),
            memory_usage: Some(1.0),
            method: text(),
            origin: text(),
            status: text(),
            target_id: text(),
            target_name: text(),
            total_duration: Some(1.0),
            trace_id: text(),
            user_agent: text(),
            ..empty()
        };
        for document in &DOCUMENTS {
            document.set(&mut row, Some("{}".to_owned()));
        }
        let mut names: Vec<&str> = sealed(&row).unwrap().into_iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        assert_eq!(names, SEALED);
        for name in SEALED {
            erase(&mut row, name);
            assert!(sealed(&row).unwrap().iter().all(|(left, _)| *left != name), "{name}");
        }
        assert_eq!(row, empty());
    }
}
