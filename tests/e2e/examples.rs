//! Each example answers its sample request as its README says.

use crate::mlflow::alike;
use dsl::{on_both_engines, on_docker};

on_both_engines! {
    fn hello(home) {
        let hello = home.example("hello");
        hello.up([]).succeeds();
        let answer = hello.run(["invoke", "-r", "sample-request.json"]).succeeds().is_quiet();
        assert_eq!(answer.json(), hello.json("expected-response.json"));
    }

    fn mlflow_sklearn(home) {
        let diabetes = home.example("mlflow-sklearn");
        diabetes.up([]).succeeds();
        let answer = diabetes.run(["invoke", "-r", "sample-request.json"]).succeeds().is_quiet();
        assert!(alike(&answer.json(), &diabetes.json("expected-response.json")), "{}", answer.stdout);
    }

    fn sklearn_regression(home) {
        let diabetes = home.example("sklearn-regression");
        diabetes.up(["--traffic", "blue=90 green=10"]).succeeds();
        let blue = diabetes.run(["invoke", "-d", "blue", "-r", "sample-request.json"]).succeeds().is_quiet();
        assert_eq!(blue.json(), diabetes.json("expected-response.json"));
        let green = diabetes.run(["invoke", "-d", "green", "-r", "sample-request.json"]).succeeds().is_quiet();
        assert_eq!(green.json(), diabetes.json("expected-response-green.json"));
    }
}

on_docker! {
    fn which_file_is_where(home) {
        let diabetes = home.example("sklearn-regression");
        diabetes.up(["-o", "json"]).succeeds();
        diabetes.run(["logs", "-c", "storage-initializer"]).exits(3).like_on_any_engine("storage-of-which");
        let storage = diabetes.run(["get-logs", "-n", "blue", "-c", "storage-initializer"]);
        storage.succeeds().like_on_any_engine("storage");
    }

    fn custom_container(home) {
        let adder = home.example("custom-container");
        adder.up([]).succeeds().like("custom-container");
        let answer = adder.run(["invoke", "-r", "sample-request.json"]).succeeds().is_quiet();
        assert_eq!(answer.json(), adder.json("expected-response.json"));
        adder.run(["invoke", "--data", r#"{"stream": 2}"#]).succeeds().prints("{\"chunk\": 0}\n{\"chunk\": 1}\n");
    }
}
