package io.kubejar.apiserver.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.time.VirtualClock;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class EncryptionTest {
  private static final String HEAD =
      "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n";
  private static final String KEY1 = "c2VjcmV0IGlzIHNlY3VyZQ==";
  private static final String KEY2 = "dGhpcyBpcyBwYXNzd29yZA==";
  private static final String KEY32 = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY=";
  private static final GroupResource SECRETS = new GroupResource("", "secrets");
  private static final GroupResource DEPLOYMENTS = new GroupResource("apps", "deployments");
  private static final byte[] CONTEXT = utf8("/registry/secrets/default/s");
  private static final byte[] PLAIN = utf8("an object");

  private final Encryption encryption =
      new Encryption(new SecureRandom(), new VirtualClock(), "test");

  @Test
  void namesProviderAndKeyInFrontOfTheCipherText() {
    configure("aesgcm: {keys: [{name: one, secret: " + KEY1 + "}]}");
    assertThat(head(SECRETS)).startsWith("k8s:enc:aesgcm:v1:one:");

    configure("aescbc: {keys: [{name: two, secret: " + KEY2 + "}]}");
    assertThat(head(SECRETS)).startsWith("k8s:enc:aescbc:v1:two:");

    configure("secretbox: {keys: [{name: three, secret: " + KEY32 + "}]}");
    assertThat(head(SECRETS)).startsWith("k8s:enc:secretbox:v1:three:");

    configure("identity: {}");
    assertThat(head(SECRETS)).isEqualTo("an object");
  }

  @Test
  void readsWithEveryKeyAndCallsStaleWhatTheFirstDidNotWrite() throws Exception {
    configure("aesgcm: {keys: [{name: old, secret: " + KEY1 + "}]}");
    var written = encryption.of(SECRETS).toStorage(PLAIN, CONTEXT);
    assertThat(encryption.of(SECRETS).fromStorage(written, CONTEXT).stale()).isFalse();

    configure(
        "aesgcm: {keys: [{name: new, secret: " + KEY2 + "}, {name: old, secret: " + KEY1 + "}]}");
    var rotated = encryption.of(SECRETS).fromStorage(written, CONTEXT);
    assertThat(rotated.bytes()).isEqualTo(PLAIN);
    assertThat(rotated.stale()).isTrue();

    configure("identity: {}", "aesgcm: {keys: [{name: old, secret: " + KEY1 + "}]}");
    var leaving = encryption.of(SECRETS).fromStorage(written, CONTEXT);
    assertThat(leaving.bytes()).isEqualTo(PLAIN);
    assertThat(leaving.stale()).isTrue();
  }

  @Test
  void readsWhatWasWrittenBeforeEncryptionBegan() throws Exception {
    configure("secretbox: {keys: [{name: k, secret: " + KEY32 + "}]}", "identity: {}");

    var before = encryption.of(SECRETS).fromStorage(PLAIN, CONTEXT);

    assertThat(before.bytes()).isEqualTo(PLAIN);
    assertThat(before.stale()).isTrue();
  }

  @Test
  void triesEveryProviderThatHasThePrefix() throws Exception {
    configure("aescbc: {keys: [{name: k, secret: " + KEY1 + "}]}");
    var written = encryption.of(SECRETS).toStorage(PLAIN, CONTEXT);

    configure(
        "aescbc: {keys: [{name: other, secret: " + KEY2 + "}]}",
        "aescbc: {keys: [{name: k, secret: " + KEY1 + "}]}");

    assertThat(encryption.of(SECRETS).fromStorage(written, CONTEXT).bytes()).isEqualTo(PLAIN);
  }

  @Test
  void saysWhyItCannotRead() {
    configure("aesgcm: {keys: [{name: k, secret: " + KEY1 + "}]}");
    var written = encryption.of(SECRETS).toStorage(PLAIN, CONTEXT);

    configure("aesgcm: {keys: [{name: k, secret: " + KEY2 + "}]}");
    assertUnreadable(written, "cipher: message authentication failed");
    configure("aesgcm: {keys: [{name: other, secret: " + KEY2 + "}]}");
    assertUnreadable(written, "no matching key was found for the provided AES transformer");
    configure("secretbox: {keys: [{name: k, secret: " + KEY32 + "}]}");
    assertUnreadable(written, "no matching prefix found");
    configure("identity: {}");
    assertUnreadable(written, "no matching prefix found");
    assertUnreadable(utf8("k8s:enc:kms:v1:x"), "no matching prefix found");
  }

  @Test
  void prefersTheRuleOfTheResourceToThatOfItsGroupAndOfAll() {
    encryption.configure(
        HEAD
            + rule("[deployments.apps]", "aesgcm: {keys: [{name: one, secret: " + KEY1 + "}]}")
            + rule("['*.apps']", "aesgcm: {keys: [{name: two, secret: " + KEY1 + "}]}")
            + rule("['*.*']", "aesgcm: {keys: [{name: three, secret: " + KEY1 + "}]}"));

    assertThat(head(DEPLOYMENTS)).startsWith("k8s:enc:aesgcm:v1:one:");
    assertThat(head(new GroupResource("apps", "daemonsets"))).contains(":two:");
    assertThat(head(SECRETS)).contains(":three:");
  }

  @Test
  void encryptsTheCoreGroupAloneByAStarAndADot() {
    encryption.configure(
        HEAD + rule("['*.']", "aesgcm: {keys: [{name: core, secret: " + KEY1 + "}]}"));

    assertThat(head(SECRETS)).contains(":core:");
    assertThat(encryption.of(DEPLOYMENTS)).isSameAs(Transformer.NONE);
  }

  @Test
  void refusesWhatIsWrongAndKeepsTheOldConfiguration() {
    configure("aesgcm: {keys: [{name: one, secret: " + KEY1 + "}]}");

    assertRefused("", "resources: Required value: at least one resources is required");
    assertRefused(
        rule("[]", "identity: {}"),
        "resources[0].resources: Required value: at least one resources[0].resources is required");
    assertRefused(
        rule("[secrets]", "aesgcm: {keys: [{name: k, secret: YWJj}]}"),
        "resources[0].providers[0].aesgcm.keys[0].secret: Invalid value: \"REDACTED\": secret is"
            + " not of the expected length, got 3, expected one of [16 24 32]");
    assertRefused(
        rule("[secrets]", "secretbox: {keys: [{name: k, secret: '$'}]}"), "must be base64 encoded");
    assertRefused(
        rule("[secrets, secrets]", "identity: {}"), "same resource cannot be specified multiple");
    assertRefused(rule("[secrets, '*.']", "identity: {}"), "using overlapping resources");
    assertRefused(rule("[Secrets]", "identity: {}"), "should not contain capital letters");
    assertRefused(rule("['*']", "identity: {}"), "use '*.' to encrypt all the resources from core");
    assertRefused(
        rule("['*.*']", "identity: {}") + rule("[secrets]", "identity: {}"),
        "resource \"secrets\" is masked by earlier rule \"*.*\"");
    assertRefused(
        rule("[secrets]", "identity: {}, aesgcm: {keys: []}"), "more than one provider specified");
    assertRefused(
        rule("[secrets]", "aesgmc: {}"), "unknown field \"resources[0].providers[0].aesgmc\"");

    assertThat(head(SECRETS)).contains(":one:");
  }

  private void configure(String... providers) {
    encryption.configure(HEAD + rule("[secrets]", providers));
  }

  private static String rule(String resources, String... providers) {
    var text = new StringBuilder("- resources: ").append(resources).append("\n  providers:\n");
    for (var provider : providers) {
      text.append("  - {").append(provider).append("}\n");
    }
    return text.toString();
  }

  private String head(GroupResource resource) {
    return new String(
        encryption.of(resource).toStorage(PLAIN, CONTEXT), StandardCharsets.ISO_8859_1);
  }

  private void assertUnreadable(byte[] stored, String why) {
    assertThatThrownBy(() -> encryption.of(SECRETS).fromStorage(stored, CONTEXT))
        .isInstanceOf(UnreadableException.class)
        .hasMessage(why);
  }

  private void assertRefused(String rules, String why) {
    assertThatThrownBy(() -> encryption.configure(HEAD + rules))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
