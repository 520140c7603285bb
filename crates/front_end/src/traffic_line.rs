//! A request as one line of JSON, in the columns of AmlOnlineEndpointTrafficLog. Written by hand: serialising it would
//! cost more than everything else the door does for a request.

use http::Version;
use jiff::Timestamp;
use model::{AuthMode, InstanceId, Reason, RequestId};

/// As Azure's log cuts it.
const LONGEST_AGENT: usize = 70;

/// What a line is made of. Columns without a value are left out.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    pub(crate) time: Timestamp,
    pub(crate) method: &'a str,
    /// With the query.
    pub(crate) path: &'a str,
    pub(crate) protocol: Version,
    pub(crate) endpoint: &'a str,
    pub(crate) deployment: Option<&'a str>,
    pub(crate) auth: Option<AuthMode>,
    pub(crate) status: u16,
    pub(crate) reason: Option<Reason>,
    pub(crate) model_status: Option<u16>,
    pub(crate) request_bytes: u64,
    pub(crate) response_bytes: u64,
    pub(crate) agent: Option<&'a [u8]>,
    pub(crate) id: RequestId,
    /// Letters, digits, `-` and `_`.
    pub(crate) client_id: Option<&'a str>,
    pub(crate) total_us: u64,
    pub(crate) request_us: u64,
    pub(crate) response_us: u64,
    pub(crate) request_delay_ms: u64,
    pub(crate) response_delay_ms: u64,
    pub(crate) instance: Option<&'a InstanceId>,
    pub(crate) in_flight: u32,
    pub(crate) mirror: bool,
    /// Letters, digits and `-`.
    pub(crate) injected: Option<&'a str>,
}

/// The text of the second that lines are written in: one request in thousands is the first of its second.
#[derive(Debug, Default)]
pub(crate) struct Second {
    second: i64,
    /// `2026-11-22T18:21:19`
    text: String,
}

impl Second {
    fn text(&mut self, time: Timestamp) -> &str {
        if self.text.is_empty() || self.second != time.as_second() {
            self.second = time.as_second();
            let whole = Timestamp::from_second(self.second).unwrap_or_default().to_string();
            self.text = whole.trim_end_matches('Z').to_owned();
        }
        &self.text
    }
}

impl Line<'_> {
    /// Ends with a line end.
    pub(crate) fn write(&self, second: &mut Second, to: &mut Vec<u8>) {
        self.when(second, to);
        self.asked(to);
        self.answered(to);
        self.ids(to);
        self.times(to);
        self.own(to);
        to.extend_from_slice(b"}\n");
    }

    fn when(&self, second: &mut Second, to: &mut Vec<u8>) {
        to.extend_from_slice(b"{\"TimeGenerated\":\"");
        to.extend_from_slice(second.text(self.time).as_bytes());
        to.push(b'.');
        let mut left = self.time.subsec_nanosecond().unsigned_abs() / 1000;
        let mut digits = *b"000000";
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (left % 10) as u8;
            left /= 10;
        }
        to.extend_from_slice(&digits);
        to.extend_from_slice(b"Z\"");
    }

    fn asked(&self, to: &mut Vec<u8>) {
        text(to, ",\"Method\":", self.method);
        text(to, ",\"Path\":", self.path);
        word(to, ",\"Protocol\":", if self.protocol == Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" });
        text(to, ",\"EndpointName\":", self.endpoint);
        if let Some(deployment) = self.deployment {
            text(to, ",\"DeploymentName\":", deployment);
        }
        if let Some(auth) = self.auth {
            word(to, ",\"AuthType\":", auth_type(auth));
        }
    }

    fn answered(&self, to: &mut Vec<u8>) {
        number(to, ",\"ResponseCode\":", self.status.into());
        if let Some(reason) = self.reason {
            word(to, ",\"ResponseCodeReason\":", reason.word());
        }
        if let Some(status) = self.model_status {
            number(to, ",\"ModelStatusCode\":", status.into());
        }
        if let Some(word_of_model) = self.reason.and_then(Reason::of_model) {
            word(to, ",\"ModelStatusReason\":", word_of_model);
        }
        number(to, ",\"RequestPayloadSize\":", self.request_bytes);
        number(to, ",\"ResponsePayloadSize\":", self.response_bytes);
    }

    fn ids(&self, to: &mut Vec<u8>) {
        if let Some(agent) = self.agent {
            to.extend_from_slice(b",\"UserAgent\":\"");
            first_characters(to, agent);
            to.push(b'"');
        }
        let mut id = [0; uuid::fmt::Hyphenated::LENGTH];
        word(to, ",\"XRequestId\":", self.id.0.hyphenated().encode_lower(&mut id));
        if let Some(client_id) = self.client_id {
            word(to, ",\"XMSClientRequestId\":", client_id);
        }
    }

    fn times(&self, to: &mut Vec<u8>) {
        number(to, ",\"TotalDurationMs\":", self.total_us / 1000);
        number(to, ",\"RequestDurationMs\":", self.request_us / 1000);
        if self.model_status.is_some() {
            number(to, ",\"ResponseDurationMs\":", self.response_us / 1000);
        }
        if self.request_delay_ms > 0 {
            number(to, ",\"RequestThrottlingDelayMs\":", self.request_delay_ms);
        }
        if self.response_delay_ms > 0 {
            number(to, ",\"ResponseThrottlingDelayMs\":", self.response_delay_ms);
        }
    }

    /// Columns that Azure's table does not have.
    fn own(&self, to: &mut Vec<u8>) {
        if let Some(instance) = self.instance {
            to.extend_from_slice(b",\"InstanceId\":\"");
            escaped(to, instance.deployment.as_str().as_bytes());
            number(to, "/", instance.number.into());
            to.push(b'"');
        }
        number(to, ",\"TotalDurationUs\":", self.total_us);
        number(to, ",\"InFlight\":", self.in_flight.into());
        if self.mirror {
            to.extend_from_slice(b",\"Mirror\":true");
        }
        if let Some(fault) = self.injected {
            word(to, ",\"Injected\":", fault);
        }
    }
}

/// As the table spells them.
fn auth_type(auth: AuthMode) -> &'static str {
    match auth {
        AuthMode::Key => "Key",
        AuthMode::AmlToken => "AMLToken",
        AuthMode::AadToken => "AADToken",
    }
}

fn number(to: &mut Vec<u8>, name: &str, value: u64) {
    to.extend_from_slice(name.as_bytes());
    to.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

/// A value in which nothing can need escaping.
fn word(to: &mut Vec<u8>, name: &str, value: &str) {
    to.extend_from_slice(name.as_bytes());
    to.push(b'"');
    to.extend_from_slice(value.as_bytes());
    to.push(b'"');
}

fn text(to: &mut Vec<u8>, name: &str, value: &str) {
    to.extend_from_slice(name.as_bytes());
    to.push(b'"');
    escaped(to, value.as_bytes());
    to.push(b'"');
}

/// Of a header's bytes; those that are no UTF-8 become U+FFFD.
fn first_characters(to: &mut Vec<u8>, bytes: &[u8]) {
    if bytes.is_ascii() {
        return escaped(to, &bytes[..bytes.len().min(LONGEST_AGENT)]);
    }
    let cut: String = String::from_utf8_lossy(bytes).chars().take(LONGEST_AGENT).collect();
    escaped(to, cut.as_bytes());
}

/// RFC 8259, 7: quotation mark, reverse solidus and control characters.
fn escaped(to: &mut Vec<u8>, mut bytes: &[u8]) {
    while let Some(at) = bytes.iter().position(|byte| *byte < 0x20 || matches!(byte, b'"' | b'\\')) {
        to.extend_from_slice(&bytes[..at]);
        match bytes[at] {
            quoted @ (b'"' | b'\\') => to.extend_from_slice(&[b'\\', quoted]),
            control => {
                let digit = |value: u8| b"0123456789abcdef"[usize::from(value)];
                to.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(control >> 4), digit(control & 15)]);
            }
        }
        bytes = &bytes[at + 1..];
    }
    to.extend_from_slice(bytes);
}

#[cfg(test)]
#[path = "traffic_line_tests.rs"]
mod tests;

#[cfg(test)]
pub(crate) use tests::sample;
