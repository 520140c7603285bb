//! `egress_public_network_access: disabled`: no way out, and answers all the same.

use dsl::{DevContainer, Endpoint, json, on_docker, on_processes};
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::process::Command;

/// The address of this machine that others see; no packet is sent.
fn outer_address() -> String {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).unwrap();
    socket.local_addr().unwrap().ip().to_string()
}

/// This machine's address on the network that containers usually are on: its first.
fn usual_gateway() -> String {
    let format = "{{(index .IPAM.Config 0).Subnet}}";
    let output = Command::new("docker").args(["network", "inspect", "bridge", "--format", format]).output().unwrap();
    let subnet = String::from_utf8(output.stdout).unwrap();
    let first: Ipv4Addr = subnet.split('/').next().unwrap().parse().unwrap();
    Ipv4Addr::from_bits(first.to_bits() + 1).to_string()
}

/// Of what listens on all addresses of this machine.
fn reaches(endpoint: &Endpoint) -> Vec<String> {
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let ask = |host: String| endpoint.score(json!({"connect": [host, port]})).is(200).json();
    [usual_gateway(), outer_address()].map(|host| ask(host).as_str().unwrap().to_owned()).into()
}

on_docker! {
    fn an_instance_without_a_way_out_answers_and_gets_tokens(home) {
        let project = home.project("no-egress");
        let endpoint = project.serves(["--set", "egress_public_network_access=enabled"]);
        assert_eq!(reaches(&endpoint), ["reached", "reached"]);
        project.up([]).succeeds().tells("starts azmlinfsrv, without a way out of its network");
        let endpoint = project.running();
        assert!(reaches(&endpoint).iter().all(|it| ["TimeoutError", "OSError"].contains(&it.as_str())));
        endpoint.score(json!({})).is(200).says(json!("vault"));
        let emulator = endpoint.emulator();
        emulator.kill();
        emulator.ends();
        project.up([]).succeeds().tells("ran on after its emulator was killed, and serves on");
        project.running().score(json!({})).is(200).says(json!("vault"));
        project.run(["down"]).succeeds();
        project.left_nothing();
    }

    fn a_neighbour_of_its_containers_cannot_close_them_in(home) {
        let inside = DevContainer::with(&home.project("no-egress"));
        inside.ends("local-endpoint up -d", 4).tells("which cannot be had here: local-endpoint runs in a container");
        inside.left_nothing();
    }
}

on_processes! {
    fn a_process_cannot_be_closed_in(home) {
        let project = home.project("no-egress");
        project.up([]).exits(4).like("egress-refused");
        project.left_nothing();
    }
}
