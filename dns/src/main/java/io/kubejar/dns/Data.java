package io.kubejar.dns;

import java.net.Inet4Address;
import java.net.InetAddress;

/// What a record says.
sealed interface Data {

  int type();

  /// An `A` or `AAAA` record, by the kind of address.
  record Address(InetAddress address) implements Data {
    @Override
    public int type() {
      return address instanceof Inet4Address ? RecordType.A : RecordType.AAAA;
    }
  }

  /// A `CNAME`.
  record Alias(String target) implements Data {
    @Override
    public int type() {
      return RecordType.CNAME;
    }
  }

  /// A `PTR`.
  record Pointer(String target) implements Data {
    @Override
    public int type() {
      return RecordType.PTR;
    }
  }

  /// An `NS`.
  record NameServer(String target) implements Data {
    @Override
    public int type() {
      return RecordType.NS;
    }
  }

  /// An `SRV`.
  record ServiceLocation(int priority, int weight, int port, String target) implements Data {
    @Override
    public int type() {
      return RecordType.SRV;
    }
  }

  /// A `TXT` with one string.
  record Text(String text) implements Data {
    @Override
    public int type() {
      return RecordType.TXT;
    }
  }

  /// The `SOA` of the cluster's zone: its minimum is how long a "no" may be remembered.
  record Authority(String nameServer, String mailbox, int serial, int minimum) implements Data {
    @Override
    public int type() {
      return RecordType.SOA;
    }
  }
}
