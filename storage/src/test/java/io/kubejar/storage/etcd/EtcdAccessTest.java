package io.kubejar.storage.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcd.jetcd.api.AuthEnableRequest;
import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthRoleAddRequest;
import io.etcd.jetcd.api.AuthRoleGrantPermissionRequest;
import io.etcd.jetcd.api.AuthUserAddRequest;
import io.etcd.jetcd.api.AuthUserGrantRoleRequest;
import io.etcd.jetcd.api.Permission;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.kubejar.storage.EventLog;
import io.kubejar.storage.StoreException;
import io.kubejar.storage.Transaction;
import io.kubejar.storage.UnavailableException;
import io.kubejar.storage.Value;
import io.kubejar.storage.WatchRequest;
import io.kubejar.storage.Write;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Getting into an etcd that does not let everybody in.
class EtcdAccessTest {
  @TempDir private Path directory;
  private @Nullable EtcdServer server;

  @AfterEach
  void stopServer() throws InterruptedException {
    if (server != null) {
      server.kill();
    }
  }

  private static EtcdStore connect(EtcdServer running, String user, String password)
      throws IOException {
    var credentials = new EtcdOptions.Credentials(user, password);
    return EtcdStore.connect(
        new EtcdOptions(List.of(running.endpoint()), null, credentials), InstantSource.system());
  }

  private EtcdServer startWithUsers() throws IOException, InterruptedException {
    EtcdServer.assumeInstalled();
    // Tokens that last two seconds: the tests see them go away.
    var running = EtcdServer.single(directory, "--auth-token-ttl=2");
    server = running;
    try (var open = EtcdStore.connect(EtcdOptions.of(running.endpoint()), InstantSource.system())) {
      open.revision(); // Waits until etcd is there.
    }
    var channel =
        Grpc.newChannelBuilder(running.endpoint(), InsecureChannelCredentials.create()).build();
    try {
      var auth = AuthGrpc.newBlockingStub(channel);
      for (var user : List.of("root", "kubejar")) {
        auth.userAdd(
            AuthUserAddRequest.newBuilder().setName(user).setPassword(user + "-secret").build());
        auth.roleAdd(AuthRoleAddRequest.newBuilder().setName(user).build());
        auth.userGrantRole(
            AuthUserGrantRoleRequest.newBuilder().setUser(user).setRole(user).build());
      }
      auth.roleGrantPermission(
          AuthRoleGrantPermissionRequest.newBuilder()
              .setName("kubejar")
              .setPerm(
                  Permission.newBuilder()
                      .setPermType(Permission.Type.READWRITE)
                      .setKey(EtcdMessages.bytes("/registry/"))
                      .setRangeEnd(EtcdMessages.endOf("/registry/")))
              .build());
      auth.authEnable(AuthEnableRequest.getDefaultInstance());
    } finally {
      channel.shutdownNow();
    }
    return running;
  }

  @Test
  void aUserMayDoWhatItsRoleAllowsAndNoMore() throws Exception {
    var running = startWithUsers();
    try (var store = connect(running, "kubejar", "kubejar-secret")) {
      store.commit(Transaction.create("/registry/a", Value.of("1")));

      assertThat(store.get("/registry/a").entry()).isPresent();
      assertThatThrownBy(() -> store.get("/other/a"))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("permission denied");
      assertThatThrownBy(() -> store.commit(Transaction.create("/other/a", Value.EMPTY)))
          .hasMessageContaining("permission denied");
    }
    try (var wrong = connect(running, "kubejar", "guess")) {
      assertThatThrownBy(() -> wrong.get("/registry/a"))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("authentication failed");
    }
  }

  /// 14571: what users may do was forgotten when a member restarted. Besides, tokens are.
  @Test
  void loginsAreRenewedWhenTokensGoAwayAndRightsStay() throws Exception {
    var running = startWithUsers();
    try (var store = connect(running, "root", "root-secret");
        var limited = connect(running, "kubejar", "kubejar-secret")) {
      var log = new EventLog();
      try (var _ = store.watch(WatchRequest.from("/registry/", store.revision() + 1), log)) {
        store.commit(Transaction.create("/registry/a", Value.of("1")));
        limited.get("/registry/a");
        running.kill();
        running.start();
        // A read is tried again until the member is back; a write might be lost with the
        // connection.
        assertThat(store.get("/registry/a").entry()).isPresent();
        store.commit(Transaction.of(new Write.Put("/registry/a", Value.of("2"))));
        assertThat(limited.get("/registry/a").entry()).isPresent();
        log.awaitEvents(2);
      }
      assertThat(log.events()).hasSize(2);
      assertThatThrownBy(() -> limited.get("/other/a")).hasMessageContaining("permission denied");
    }
  }

  @Test
  void tlsWithClientCertificatesWorksAndIsDemanded() throws Exception {
    EtcdServer.assumeInstalled();
    var files = new TestCertificates(directory);
    var running =
        EtcdServer.single(
            directory,
            "--cert-file=" + files.file("server.crt"),
            "--key-file=" + files.file("server.key"),
            "--trusted-ca-file=" + files.file("ca.crt"),
            "--client-cert-auth=true");
    server = running;
    var tls =
        new EtcdOptions.Tls(
            files.file("ca.crt"), files.file("client.crt"), files.file("client.key"));
    var withoutCertificate = new EtcdOptions.Tls(files.file("ca.crt"), null, null);

    try (var store = connect(running, tls)) {
      store.commit(Transaction.create("/a", Value.of("1")));
      assertThat(store.get("/a").entry()).isPresent();
    }
    try (var store =
        EtcdStore.connect(
            new EtcdOptions(List.of(running.endpoint()), withoutCertificate, null),
            InstantSource.system(),
            3)) {
      assertThatThrownBy(() -> store.get("/a")).isInstanceOf(UnavailableException.class);
    }
  }

  private static EtcdStore connect(EtcdServer running, EtcdOptions.Tls tls) throws IOException {
    return EtcdStore.connect(
        new EtcdOptions(List.of(running.endpoint()), tls, null), InstantSource.system());
  }

  /// An authority and two certificates, made by openssl.
  private static final class TestCertificates {
    private final Path directory;

    TestCertificates(Path directory) throws IOException, InterruptedException {
      this.directory = directory;
      openssl(
          "req",
          "-x509",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:P-256",
          "-nodes",
          "-keyout",
          "ca.key",
          "-out",
          "ca.crt",
          "-days",
          "1",
          "-subj",
          "/CN=test authority");
      Files.writeString(directory.resolve("names"), "subjectAltName=IP:127.0.0.1,DNS:localhost\n");
      for (var name : List.of("server", "client")) {
        openssl(
            "req",
            "-new",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            name + ".key",
            "-out",
            name + ".csr",
            "-subj",
            "/CN=" + name);
        openssl(
            "x509",
            "-req",
            "-in",
            name + ".csr",
            "-CA",
            "ca.crt",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            "1",
            "-extfile",
            "names",
            "-out",
            name + ".crt");
      }
    }

    File file(String name) {
      return directory.resolve(name).toFile();
    }

    private void openssl(String... arguments) throws IOException, InterruptedException {
      var command = new ArrayList<>(List.of("openssl"));
      command.addAll(List.of(arguments));
      Process process;
      try {
        process =
            new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
      } catch (IOException e) {
        Assumptions.abort("needs openssl: " + e.getMessage());
        throw e;
      }
      assertThat(process.waitFor()).as("openssl %s", command).isZero();
    }
  }
}
