//! An HTTP answer and what is expected of it.

use crate::Value;
use std::fmt;

#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    /// The whole body.
    #[track_caller]
    pub fn body(self, expected: &str) -> Self {
        assert_eq!(self.text(), expected, "{self:?}");
        self
    }

    /// The whole body, as JSON.
    #[track_caller]
    pub fn says(self, expected: Value) -> Self {
        assert_eq!(self.json(), expected, "{self:?}");
        self
    }

    #[track_caller]
    pub fn has(self, name: &str, value: &str) -> Self {
        assert_eq!(self.header(name), Some(value), "{name} of {self:?}");
        self
    }

    #[track_caller]
    pub fn has_no(self, name: &str) -> Self {
        assert_eq!(self.header(name), None, "{self:?}");
        self
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// `x-request-id`, which every answer has and which is a GUID.
    #[track_caller]
    pub fn request_id(&self) -> String {
        let id = self.header("x-request-id").unwrap_or_else(|| panic!("no x-request-id: {self:?}"));
        let guid = regex::Regex::new("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$").unwrap();
        assert!(guid.is_match(id), "{id} is no GUID");
        id.to_owned()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "answer {}", self.status)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {value}")?;
        }
        write!(f, "\n{}", self.text())
    }
}
