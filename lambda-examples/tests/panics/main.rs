//! A panic is the failure of its record, and the function lives on.
//!
//! No function of the shop panics, so this program is both: started as Lambda starts a function, it is one that panics;
//! started otherwise, it is the test, which starts itself as that function.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test says what went wrong by failing"
)]

#[path = "../functions/runtime/http.rs"]
mod http;
#[path = "../functions/runtime/lambda.rs"]
mod lambda;
#[path = "../functions/runtime/records.rs"]
mod records;

use std::process::Command;

use dynamo_orm::stream::{Failure, Inserted, Record, Router, StreamEvent};
use lambda_examples::store::{Order, Store};
use lambda_runtime::{LambdaEvent, service_fn};

use lambda::Lambda;
use records::{done_up_to, event, placed};

const NAME: &str = "a_panic_is_the_failure_of_its_record_and_the_function_lives_on";

fn main() {
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() {
        return function();
    }
    if std::env::args().any(|argument| argument == "--list") {
        println!("{NAME}: test");
        return;
    }
    let lambda = Lambda::start(Command::new(std::env::current_exe().unwrap()), &[]);
    let batch = [placed(1, "ada"), placed(2, "panic"), placed(3, "ada")];
    assert_eq!(lambda.invoke(&event(&batch)), done_up_to(&["2"]));
    assert_eq!(lambda.invoke(&event(&[placed(3, "ada")])), done_up_to(&[]));
    println!("test {NAME} ... ok, init {:?}", lambda.init);
}

#[tokio::main(flavor = "current_thread")]
async fn function() {
    let router = Router::<Store>::new().on_insert(|order: Record<Inserted<Order>>| async move {
        assert_ne!(order.change.new.customer, "panic");
        Ok::<(), Failure>(())
    });
    let function = service_fn(|event: LambdaEvent<StreamEvent>| router.invoke(event));
    lambda_runtime::run(function).await.unwrap();
}
