package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Secret;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.encryption.Encryption;
import io.kubejar.apiserver.local.LocalApi;
import io.kubejar.apiserver.verbs.ReadOptions;
import io.kubejar.storage.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Secrets as they lie in the store, and what happens when keys change.
class EncryptionAtRestTest {
  private static final String KEY1 = "c2VjcmV0IGlzIHNlY3VyZQ==";
  private static final String KEY2 = "dGhpcyBpcyBwYXNzd29yZA==";
  private static final String PLAIN_TEXT = "hunter2";
  private static final ObjectKey KEY = new ObjectKey("default", "login");

  private final RealClock clock = new RealClock();
  private final MemoryStore store = new MemoryStore(clock);
  private final Encryption encryption = new Encryption(new SecureRandom(), clock, "test");
  private ApiServer server = server(encryption);

  @AfterEach
  void stop() {
    server.close();
    clock.close();
  }

  @Test
  void writesNoSecretInPlainTextAndReadsItBack() throws Exception {
    use("aesgcm: {keys: [{name: one, secret: " + KEY1 + "}]}");
    start();

    api().create(Secret.RESOURCE, secret());
    api().create(ConfigMap.RESOURCE, map());

    assertThat(stored("secrets")).startsWith("k8s:enc:aesgcm:v1:one:").doesNotContain(PLAIN_TEXT);
    assertThat(stored("configmaps")).startsWith("k8s\0");
    assertThat(password()).isEqualTo(PLAIN_TEXT);
  }

  @Test
  void readsAfterARestartWhatWasWrittenBefore() throws Exception {
    use("secretbox: {keys: [{name: k, secret: YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY=}]}");
    start();
    api().create(Secret.RESOURCE, secret());

    restart(encryption);

    assertThat(stored("secrets")).startsWith("k8s:enc:secretbox:v1:k:");
    assertThat(password()).isEqualTo(PLAIN_TEXT);
  }

  @Test
  void encryptsWithTheNewKeyAtTheNextWriteEvenIfNothingElseChanges() throws Exception {
    use("aescbc: {keys: [{name: old, secret: " + KEY1 + "}]}");
    start();
    api().create(Secret.RESOURCE, secret());
    use("aescbc: {keys: [{name: new, secret: " + KEY2 + "}, {name: old, secret: " + KEY1 + "}]}");
    assertThat(stored("secrets")).startsWith("k8s:enc:aescbc:v1:old:");

    api().update(Secret.RESOURCE, api().get(Secret.RESOURCE, KEY));
    assertThat(stored("secrets")).startsWith("k8s:enc:aescbc:v1:new:");

    var written = revision();
    api().update(Secret.RESOURCE, api().get(Secret.RESOURCE, KEY));
    assertThat(revision()).isEqualTo(written); // Now there is nothing to write.
  }

  @Test
  void saysThatASecretCannotBeReadInsteadOfThatItIsNotThere() throws Exception {
    use("aesgcm: {keys: [{name: lost, secret: " + KEY1 + "}]}");
    start();
    api().create(Secret.RESOURCE, secret());
    api().create(ConfigMap.RESOURCE, map());

    var other = new Encryption(new SecureRandom(), clock, "test");
    other.configure(configuration("aesgcm: {keys: [{name: other, secret: " + KEY2 + "}]}"));
    restart(other);

    var why =
        "Internal error occurred: unable to transform key \"/registry/secrets/default/login\": no"
            + " matching key was found for the provided AES transformer";
    assertThatThrownBy(() -> api().get(Secret.RESOURCE, KEY))
        .isInstanceOf(ApiException.class)
        .hasMessage(why);
    assertThatThrownBy(() -> api().list(Secret.RESOURCE, ReadOptions.of("default", "", "")))
        .isInstanceOf(ApiException.class)
        .hasMessage(why);
    assertThatThrownBy(() -> api().create(Secret.RESOURCE, secret()))
        .isInstanceOf(ApiException.class);
    assertThat(api().get(ConfigMap.RESOURCE, KEY).data()).containsEntry("a", "b");
    assertThat(api().list(Secret.RESOURCE, ReadOptions.of("kube-system", "", "")).items())
        .isEmpty();
  }

  private void use(String... providers) {
    encryption.configure(configuration(providers));
  }

  private static String configuration(String... providers) {
    var text = new StringBuilder("apiVersion: apiserver.config.k8s.io/v1\n");
    text.append("kind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n");
    text.append("  providers:\n");
    for (var provider : providers) {
      text.append("  - {").append(provider).append("}\n");
    }
    return text.toString();
  }

  private ApiServer server(Encryption used) {
    return new ApiServer(
        ApiServerOptions.of(store, clock, new SecureRandom()).withEncryption(used));
  }

  private void start() throws InterruptedException {
    server.start();
  }

  private void restart(Encryption used) throws InterruptedException {
    server.close();
    server = server(used);
    server.start();
  }

  private LocalApi api() {
    return server.api(UserInfo.of("admin", UserInfo.MASTERS_GROUP), "test");
  }

  private String password() throws InterruptedException {
    var data = api().get(Secret.RESOURCE, KEY).data().get("password");
    return data == null ? "" : data.utf8();
  }

  private String stored(String resource) throws InterruptedException {
    var entry = store.get("/registry/" + resource + "/default/login").entry().orElseThrow();
    return new String(entry.value().array(), StandardCharsets.ISO_8859_1);
  }

  private long revision() throws InterruptedException {
    return store.get("/registry/secrets/default/login").entry().orElseThrow().modRevision();
  }

  private static Secret secret() {
    var password = Bytes.of(PLAIN_TEXT.getBytes(StandardCharsets.UTF_8));
    return Secret.EMPTY.withMetadata(metadata()).withData(Map.of("password", password));
  }

  private static ConfigMap map() {
    return ConfigMap.EMPTY.withMetadata(metadata()).withData(Map.of("a", "b"));
  }

  private static ObjectMeta metadata() {
    return ObjectMeta.EMPTY.withName(KEY.name()).withNamespace(KEY.namespace());
  }
}
