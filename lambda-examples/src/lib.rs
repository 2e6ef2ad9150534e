//! Sample applications on `dynamo-orm`: the published online shop of `cargo run`, and a shop of its own as Lambda
//! functions: an API, a stream processor that keeps totals, an archive of abandoned carts, and tasks for Step Functions;
//! and, as a second small design, the telemetry of a fleet of devices.
//!
//! | function | is called by | does |
//! |---|---|---|
//! | `api` | an HTTP API | customers, carts, orders: [`handlers::api`] |
//! | `projector` | the table's stream | counts orders and revenue by customer and day: [`handlers::projector`] |
//! | `archiver` | the table's stream | keeps the carts that have expired: [`handlers::archiver`] |
//! | `task` | Step Functions | reserves stock, sells it or gives it back: [`handlers::task`] |
//! | `devices` | a message broker, a back end | keeps and ranks the telemetry of one tenant's devices: [`handlers::devices`] |
//! | `get-order` | anyone | reads an order of the published design: [`handlers::get_order`] |

pub mod fleet;
pub mod handlers;
pub mod shop;
pub mod store;
