//! The binaries, as Lambda starts them: events, deadlines and answers over a Runtime API of the test's, and the
//! embedded engine behind an HTTP endpoint.

mod contract;
mod endpoint;
mod http;
mod killed;
mod lambda;
mod records;
mod samples;
mod warm;

use endpoint::Endpoint;
use lambda::Lambda;
