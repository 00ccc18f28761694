use super::AuditEvent;

impl AuditEvent {
    /// The bytes that are hashed: every field in a fixed order, each as a
    /// presence byte, a length (four bytes, big endian) and its text, so that
    /// no two events share a form. The first field names the version.
    pub fn canonical_form(&self) -> Vec<u8> {
        let mut form = Form(Vec::with_capacity(256));
        form.text("guildhall.audit.1");
        form.text(&self.id.to_string());
        form.optional(self.organization_id.map(|id| id.to_string()).as_deref());
        form.text(self.action.as_str());
        form.optional(self.actor.user_id.map(|id| id.to_string()).as_deref());
        form.optional(self.actor.email.as_ref().map(|email| email.as_str()));
        form.optional(self.target.map(|target| target.kind.as_str()));
        form.optional(self.target.map(|target| target.id.to_string()).as_deref());
        form.text(if self.success { "success" } else { "failure" });
        form.text(&self.details.len().to_string());
        for (name, value) in &self.details {
            form.text(name);
            form.text(value);
        }
        form.optional(self.request_id.as_deref());
        form.optional(self.ip_address.as_deref());
        form.text(&(self.occurred_at.unix_timestamp_nanos() / 1_000).to_string());
        form.0
    }
}

struct Form(Vec<u8>);

impl Form {
    fn text(&mut self, text: &str) {
        self.0.push(1);
        // A field of 4 GiB cannot be stored, so the length always fits.
        self.0.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
        self.0.extend(text.as_bytes());
    }

    fn optional(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.0.push(0),
        }
    }
}
