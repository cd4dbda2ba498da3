package io.kubejar.storage.etcd;

import java.io.File;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the members of an etcd cluster are and how to get in.
///
/// @param endpoints each as `host:port`; with several, any majority may fail
/// @param tls null means without encryption, which is for tests only
/// @param credentials null where etcd's own authentication is off
public record EtcdOptions(
    List<String> endpoints, @Nullable Tls tls, @Nullable Credentials credentials) {

  public EtcdOptions {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("at least one endpoint is needed");
    }
  }

  /// PEM files.
  ///
  /// @param certificate the certificate chain of this client; null if the members ask for none
  public record Tls(File authority, @Nullable File certificate, @Nullable File key) {}

  /// A user of etcd's own authentication.
  public record Credentials(String user, String password) {
    @Override
    public String toString() {
      return "Credentials[user=" + user + "]";
    }
  }

  public static EtcdOptions of(String... endpoints) {
    return new EtcdOptions(List.of(endpoints), null, null);
  }
}
