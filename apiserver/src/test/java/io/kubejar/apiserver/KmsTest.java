package io.kubejar.apiserver;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Secret;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.encryption.Encryption;
import io.kubejar.apiserver.kms.TestKmsPlugin;
import io.kubejar.apiserver.local.LocalApi;
import io.kubejar.storage.MemoryStore;
import io.kubejar.storage.Transaction;
import io.kubejar.storage.Value;
import io.kubejar.storage.Write;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Secrets that are encrypted with the help of a key management plugin, behind a real socket.
class KmsTest {
  private static final String PREFIX = "k8s:enc:kms:v2:vault:";
  private static final String PLAIN_TEXT = "hunter2";
  private static final ObjectKey KEY = new ObjectKey("default", "login");
  private static final String STORED_AT = "/registry/secrets/default/login";
  private static final int DATA = 1;
  private static final int KEY_ID = 2;
  private static final int ENCRYPTED_KEY = 3;
  private static final int ANNOTATIONS = 4;
  private static final int KEY_KIND = 5;

  private final Path socket;
  private final VirtualClock clock = new VirtualClock();
  private final MemoryStore store = new MemoryStore(clock);
  private final TestKmsPlugin plugin;
  private Encryption encryption = new Encryption(new SecureRandom(), clock, "test");
  private ApiServer server = server();

  KmsTest(@TempDir Path folder) {
    socket = folder.resolve("kms.sock");
    plugin = new TestKmsPlugin(socket);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    plugin.close();
  }

  @Test
  void storesWhatAnybodyCanOpenWhoHasTheSeed() throws Exception {
    plugin.start();
    start(kms(LONG));

    api().create(Secret.RESOURCE, secret());

    assertThat(stored()).startsWith(PREFIX).doesNotContain(PLAIN_TEXT);
    var envelope = envelope();
    assertThat(text(envelope, KEY_ID)).isEqualTo("key-1");
    assertThat(envelope.getField(KEY_KIND).getVarintList()).containsExactly(1L);
    assertThat(new String(openedBySpecification(envelope), StandardCharsets.ISO_8859_1))
        .startsWith("k8s\0")
        .contains(PLAIN_TEXT);
    assertThat(password()).isEqualTo(PLAIN_TEXT);
  }

  @Test
  void asksThePluginOncePerKeyAfterARestart() throws Exception {
    plugin.start();
    start(kms(LONG));
    api().create(Secret.RESOURCE, secret());
    api().create(Secret.RESOURCE, secret().withMetadata(metadata().withName("second")));
    assertThat(plugin.decryptions()).isZero();

    start(kms(LONG));

    assertThat(password()).isEqualTo(PLAIN_TEXT);
    assertThat(plugin.decryptions()).isEqualTo(1);
  }

  @Test
  void readsWhatOldVersionsWroteWithAPlainKey() throws Exception {
    plugin.start();
    start(kms(LONG));
    api().create(Secret.RESOURCE, secret());
    var plain = openedBySpecification(envelope());
    var key = new byte[32];
    Arrays.fill(key, (byte) 7);
    var nonce = new byte[12];
    var old =
        envelope().toBuilder()
            .clearField(KEY_KIND)
            .mergeField(ENCRYPTED_KEY, delimited(TestKmsPlugin.closed(key, "key-1")))
            .mergeField(DATA, delimited(joined(nonce, sealed(key, nonce, plain))))
            .build();
    overwrite(old);

    start(kms(LONG));

    assertThat(password()).isEqualTo(PLAIN_TEXT);
    api().update(Secret.RESOURCE, api().get(Secret.RESOURCE, KEY));
    assertThat(envelope().getField(KEY_KIND).getVarintList()).containsExactly(1L);
  }

  @Test
  void writesWithTheNewKeyOnceThePluginHasOne() throws Exception {
    plugin.start();
    start(kms(LONG));
    api().create(Secret.RESOURCE, secret());

    plugin.useKey("key-2");
    pass(Duration.ofMinutes(1));

    api().update(Secret.RESOURCE, api().get(Secret.RESOURCE, KEY));
    assertThat(text(envelope(), KEY_ID)).isEqualTo("key-2");
    assertThat(password()).isEqualTo(PLAIN_TEXT);
    var written = revision();
    api().update(Secret.RESOURCE, api().get(Secret.RESOURCE, KEY));
    assertThat(revision()).isEqualTo(written); // Now there is nothing to write.
  }

  @Test
  void servesEverythingElseUntilAPluginComesThatWasNotThereAtTheStart() throws Exception {
    plugin.start();
    start(kms(SHORT));
    api().create(Secret.RESOURCE, secret());
    plugin.stop();

    start(kms(SHORT));

    api().create(ConfigMap.RESOURCE, ConfigMap.EMPTY.withMetadata(metadata()));
    assertThat(problem()).hasValueSatisfying(it -> assertThat(it).contains("DeadlineExceeded"));
    var why = "Internal error occurred: unable to transform key \"" + STORED_AT + "\": ";
    assertThatThrownBy(this::password)
        .isInstanceOf(ApiException.class)
        .hasMessage(why + "got unexpected nil transformer");
    var other = secret().withMetadata(metadata().withName("second"));
    assertThatThrownBy(() -> api().create(Secret.RESOURCE, other))
        .hasMessage("Internal error occurred: got unexpected nil transformer");

    plugin.start();
    pass(Duration.ofSeconds(10));

    assertThat(problem()).isEmpty();
    assertThat(password()).isEqualTo(PLAIN_TEXT);
    api().create(Secret.RESOURCE, other);
  }

  @Test
  void goesOnWritingForThreeMinutesAndReadingForEverWithoutThePlugin() throws Exception {
    plugin.start();
    start(kms(SHORT));
    api().create(Secret.RESOURCE, secret());
    plugin.stop();

    pass(Duration.ofMinutes(1));
    assertThat(problem()).isPresent();
    api().create(Secret.RESOURCE, secret().withMetadata(metadata().withName("second")));

    pass(Duration.ofMinutes(2).plusSeconds(1));
    assertThatThrownBy(
            () ->
                api().create(Secret.RESOURCE, secret().withMetadata(metadata().withName("third"))))
        .hasMessageContaining("encryptedDEKSource with keyID hash \"sha256:")
        .hasMessageContaining("expired at");
    assertThat(password()).isEqualTo(PLAIN_TEXT);

    plugin.start();
    pass(Duration.ofSeconds(10));
    api().create(Secret.RESOURCE, secret().withMetadata(metadata().withName("third")));
  }

  @Test
  void keepsTheOldSeedWhileThePluginContradictsItself() throws Exception {
    plugin.start();
    start(kms(LONG));

    plugin.say("out of order");
    pass(Duration.ofMinutes(1));

    assertThat(problem())
        .contains(
            "kms-provider-0: kmsv2 Provider vault is not healthy, error: got unexpected healthz"
                + " status: out of order");
    api().create(Secret.RESOURCE, secret());
    assertThat(password()).isEqualTo(PLAIN_TEXT);
  }

  @Test
  void noticesChangedDataChangedKeysAndMovedValues() throws Exception {
    plugin.start();
    start(kms(LONG));
    api().create(Secret.RESOURCE, secret());
    var envelope = envelope();

    var data = TestKmsPlugin.bytes(envelope, DATA).toByteArray();
    data[data.length - 1] ^= 1;
    assertTamperingIsNoticed(
        envelope.toBuilder().clearField(DATA).mergeField(DATA, delimited(data)).build(),
        "cipher: message authentication failed");
    assertTamperingIsNoticed(
        envelope.toBuilder().clearField(KEY_ID).mergeField(KEY_ID, text("key-9")).build(),
        "failed to decrypt DEK, error: rpc error: code = InvalidArgument desc = not mine");
    assertTamperingIsNoticed(
        envelope.toBuilder().clearField(ANNOTATIONS).build(),
        "failed to decrypt DEK, error: rpc error: code = InvalidArgument desc = not mine");
    assertTamperingIsNoticed(
        envelope.toBuilder().clearField(DATA).build(), "encrypted data is empty");
    assertTamperingIsNoticed(
        envelope.toBuilder()
            .clearField(KEY_KIND)
            .mergeField(KEY_KIND, Field.newBuilder().addVarint(2).build())
            .build(),
        "unknown encryptedDEKSourceType: 2");
  }

  @Test
  void takesANewConfigurationIntoUseWhenItsPluginIsWell() throws Exception {
    var key = "aesgcm: {keys: [{name: k, secret: c2VjcmV0IGlzIHNlY3VyZQ==}]}";
    start(configuration(key));
    api().create(Secret.RESOURCE, secret());

    encryption.replace(configuration(provider(SHORT), key));
    api().update(Secret.RESOURCE, labelled("a"));
    assertThat(stored()).startsWith("k8s:enc:aesgcm:v1:k:");

    plugin.start();
    pass(Duration.ofSeconds(10));
    api().update(Secret.RESOURCE, labelled("b"));
    assertThat(stored()).startsWith(PREFIX);
    assertThat(exposition())
        .contains("apiserver_encryption_config_controller_automatic_reloads_total")
        .contains("status=\"failure\"} 1")
        .contains("status=\"success\"} 1");
  }

  @Test
  void countsCallsAndUsesOfKeys() throws Exception {
    plugin.start();
    start(kms(LONG));
    api().create(Secret.RESOURCE, secret());

    assertThat(exposition())
        .contains(
            "apiserver_envelope_encryption_kms_operations_latency_seconds_count{grpc_status_code=\"OK\",method_name=\"/v2.KeyManagementService/Encrypt\",provider_name=\"vault\"}"
                + " 1")
        .contains("apiserver_envelope_encryption_key_id_hash_total{apiserver_id_hash=\"sha256:")
        .contains("transformation_type=\"to_storage\"} 1")
        .contains("apiserver_envelope_encryption_key_id_hash_last_timestamp_seconds{")
        .contains("apiserver_envelope_encryption_key_id_hash_status_last_timestamp_seconds{")
        .contains("apiserver_envelope_encryption_dek_source_cache_size{provider_name=\"vault\"} 1");
  }

  @Test
  void refusesWhatUpstreamRefuses() {
    assertRefused("name: v, endpoint: 'unix:///x'", "Set --feature-gates=KMSv1=true to use");
    assertRefused("apiVersion: v3, name: v, endpoint: 'unix:///x'", "only v1 and v2 are supported");
    assertRefused("apiVersion: v2, endpoint: 'unix:///x'", "kms.name: Required value: name is a");
    assertRefused("apiVersion: v2, name: 'a:b', endpoint: 'unix:///x'", "must not contain ':'");
    assertRefused("apiVersion: v2, name: v", "endpoint is a mandatory field for a kms");
    assertRefused(
        "apiVersion: v2, name: v, endpoint: 'tcp://x'",
        "unsupported scheme \"tcp\" for KMS provider, only unix is supported");
    assertRefused(
        "apiVersion: v2, name: v, endpoint: 'unix:///x', timeout: 0s",
        "timeout should be a positive value");
    assertRefused(
        "apiVersion: v2, name: v, endpoint: 'unix:///x', cachesize: 5",
        "kms.cachesize: Invalid value: 5: cachesize is not supported in v2");
    var twice = "kms: {apiVersion: v2, name: v, endpoint: 'unix:///x'}";
    assertThatThrownBy(() -> encryption.configure(configuration(twice, twice)))
        .hasMessageContaining("duplicate KMS provider name v, names must be unique");
  }

  private static final String KMS =
      "kms: {apiVersion: v2, name: vault, endpoint: 'unix://%s', timeout: %s}";

  /// Only a plugin that is away takes so long.
  private static final String SHORT = "2s";

  private static final String LONG = "60s";

  private String kms(String timeout) {
    return configuration(provider(timeout));
  }

  private String provider(String timeout) {
    return KMS.formatted(socket, timeout);
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

  private void start(String configuration) throws InterruptedException {
    server.close();
    encryption = new Encryption(new SecureRandom(), clock, "test");
    encryption.configure(configuration);
    server = server();
    server.parts().values().forEach(part -> part.onWork(() -> {}));
    server.start();
  }

  private ApiServer server() {
    return new ApiServer(
        ApiServerOptions.of(store, clock, new SecureRandom()).withEncryption(encryption));
  }

  /// Lets time pass, then every part does what it has to do.
  private void pass(Duration time) throws InterruptedException {
    clock.advance(time);
    requireNonNull(server.parts().get("apiserver/encryption")).step();
    requireNonNull(server.parts().get("apiserver/maintenance")).step();
  }

  private Optional<String> problem() {
    return encryption.problem();
  }

  private void assertTamperingIsNoticed(UnknownFieldSet changed, String why) throws Exception {
    overwrite(changed);
    assertThatThrownBy(this::password)
        .hasMessage(
            "Internal error occurred: unable to transform key \"" + STORED_AT + "\": " + why);
  }

  private void assertRefused(String kms, String why) {
    assertThatThrownBy(() -> encryption.configure(configuration("kms: {" + kms + "}")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  private void overwrite(UnknownFieldSet envelope) throws InterruptedException {
    var head = PREFIX.getBytes(StandardCharsets.UTF_8);
    var value = Value.wrap(joined(head, envelope.toByteArray()));
    store.commit(new Transaction(List.of(), List.of(new Write.Put(STORED_AT, value))));
  }

  private UnknownFieldSet envelope() throws Exception {
    var bytes = store.get(STORED_AT).entry().orElseThrow().value().array();
    return UnknownFieldSet.parseFrom(Arrays.copyOfRange(bytes, PREFIX.length(), bytes.length));
  }

  /// RFC 5869's expansion and AES-GCM, step by step.
  private static byte[] openedBySpecification(UnknownFieldSet envelope)
      throws GeneralSecurityException {
    var encryptedSeed = TestKmsPlugin.bytes(envelope, ENCRYPTED_KEY).toByteArray();
    var seed = TestKmsPlugin.opened(encryptedSeed, text(envelope, KEY_ID));
    var data = TestKmsPlugin.bytes(envelope, DATA).toByteArray();
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(seed, "HmacSHA256"));
    mac.update(data, 0, 32);
    mac.update((byte) 1);
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(mac.doFinal(), "AES"),
        new GCMParameterSpec(128, data, 32, 12));
    cipher.updateAAD(STORED_AT.getBytes(StandardCharsets.UTF_8));
    return cipher.doFinal(data, 44, data.length - 44);
  }

  private static byte[] sealed(byte[] key, byte[] nonce, byte[] plain)
      throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
    cipher.updateAAD(STORED_AT.getBytes(StandardCharsets.UTF_8));
    return cipher.doFinal(plain);
  }

  private static byte[] joined(byte[] head, byte[] tail) {
    return ByteString.copyFrom(head).concat(ByteString.copyFrom(tail)).toByteArray();
  }

  private static Field delimited(byte[] bytes) {
    return Field.newBuilder().addLengthDelimited(ByteString.copyFrom(bytes)).build();
  }

  private static Field text(String text) {
    return delimited(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(UnknownFieldSet message, int field) {
    return TestKmsPlugin.bytes(message, field).toStringUtf8();
  }

  private LocalApi api() {
    return server.api(UserInfo.of("admin", UserInfo.MASTERS_GROUP), "test");
  }

  private String password() throws InterruptedException {
    var data = api().get(Secret.RESOURCE, KEY).data().get("password");
    return data == null ? "" : data.utf8();
  }

  private String stored() throws InterruptedException {
    var entry = store.get(STORED_AT).entry().orElseThrow();
    return new String(entry.value().array(), StandardCharsets.ISO_8859_1);
  }

  private long revision() throws InterruptedException {
    return store.get(STORED_AT).entry().orElseThrow().modRevision();
  }

  private String exposition() throws IOException {
    var out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(out, encryption.metrics().scrape());
    return out.toString(StandardCharsets.UTF_8);
  }

  private Secret labelled(String label) throws InterruptedException {
    var found = api().get(Secret.RESOURCE, KEY);
    return found.withMetadata(found.metadata().withLabels(Map.of("l", label)));
  }

  private static Secret secret() {
    return Secret.EMPTY
        .withMetadata(metadata())
        .withData(Map.of("password", Bytes.utf8(PLAIN_TEXT)));
  }

  private static ObjectMeta metadata() {
    return ObjectMeta.EMPTY.withName(KEY.name()).withNamespace(KEY.namespace());
  }
}
