package io.kubejar.dns;

/// A name and one thing that is known about it. Names have no dot at the end.
record DnsRecord(String name, int ttlSeconds, Data data) {}
