package io.kubejar.http;

/// A connection that left HTTP: raw bytes both ways. Writing blocks while the peer does not read
/// and throws [PeerGoneException] once it went away.
public interface Upgraded extends DuplexStream {}
