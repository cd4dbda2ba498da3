package io.kubejar.apiserver.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The ciphers against values that other implementations made.
class CiphersTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] CONTEXT = utf8("/registry/secrets/default/s");
  private static final byte[] PLAIN = utf8("k8s\0secret");
  private static final byte[] COUNTING = new byte[32];

  static {
    for (int i = 0; i < COUNTING.length; i++) {
      COUNTING[i] = (byte) i;
    }
  }

  /// The example of the NaCl library's own documentation.
  @Test
  void sealsTheExampleOfNacl() {
    var key = HEX.parseHex("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389");
    var nonce = HEX.parseHex("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37");
    var message =
        HEX.parseHex(
            "be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a"
                + "1ac728d45e6c61296cdc3c01233561f41db66cce314adb310e3be8250c46f06dceea3a7fa134"
                + "8057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52f0a089bc"
                + "76897040e082f937763848645e0705");

    assertThat(HEX.formatHex(new SecretBox(key, new SecureRandom()).sealed(message, nonce)))
        .isEqualTo(
            "f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4"
                + "476fb8c531a1186ac0dfc17c98dce87b4da7f011ec48c97271d2c20f9b928fe2270d6fb863d5"
                + "1738b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da99832b61"
                + "ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5");
  }

  /// Made with PyNaCl: many blocks, and the digest of the result.
  @Test
  void sealsLongMessagesAsLibsodiumDoes() throws Exception {
    var key = HEX.parseHex("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389");
    var nonce = HEX.parseHex("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37");
    var message = new byte[5_000];
    for (int i = 0; i < message.length; i++) {
      message[i] = (byte) (i * 7 + 3);
    }

    var sealed = new SecretBox(key, new SecureRandom()).sealed(message, nonce);

    assertThat(HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(sealed)))
        .isEqualTo("90680117ebb3db08850d48aaa1e50a20cc5117150de4d1e857b498a72c9ea59d");
  }

  /// The example of RFC 8439, section 2.5.2.
  @Test
  void authenticatesTheExampleOfTheRfc() {
    var key = HEX.parseHex("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b");

    assertThat(HEX.formatHex(Poly1305.tag(key, utf8("Cryptographic Forum Research Group"))))
        .isEqualTo("a8061dc1305136c6c22b8baf0c0127a9");
  }

  /// The sixth and the eighth vector of RFC 8439, appendix A.3: sums beyond the modulus and carries
  /// through all limbs.
  @Test
  void authenticatesWhatWrapsAround() {
    var pad = HEX.parseHex("02" + "00".repeat(15) + "ff".repeat(16));
    var carry = HEX.parseHex("01" + "00".repeat(31));

    assertThat(HEX.formatHex(Poly1305.tag(pad, HEX.parseHex("02" + "00".repeat(15)))))
        .isEqualTo("03" + "00".repeat(15));
    assertThat(
            HEX.formatHex(
                Poly1305.tag(
                    carry,
                    HEX.parseHex(
                        "ff".repeat(16) + "fbfefefefefefefefefefefefefefefe" + "01".repeat(16)))))
        .isEqualTo("00".repeat(16));
  }

  @Test
  void readsWhatOthersWroteWithAes() throws Exception {
    var gcm =
        HEX.parseHex(
            "000102030405060708090a0b2c3aa51bb680a169e835b9f4ff5dee86053b318b961d8c81055c");
    var cbc = HEX.parseHex("000102030405060708090a0b0c0d0e0ffdd665fd2a2149af43893645a6c1f352");

    assertThat(new AesGcm(COUNTING, new SecureRandom()).fromStorage(gcm, CONTEXT).bytes())
        .isEqualTo(PLAIN);
    assertThat(new AesCbc(COUNTING, new SecureRandom()).fromStorage(cbc, CONTEXT).bytes())
        .isEqualTo(PLAIN);
  }

  static List<Transformer> ciphers() {
    return List.of(
        new AesGcm(COUNTING, new Random(1)),
        new AesCbc(COUNTING, new Random(2)),
        new SecretBox(COUNTING, new Random(3)));
  }

  @ParameterizedTest
  @MethodSource("ciphers")
  void readsBackWhateverItWrote(Transformer cipher) throws Exception {
    var random = new Random(7);
    for (int size : List.of(0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 1_000, 100_000)) {
      var plain = new byte[size];
      random.nextBytes(plain);

      var stored = cipher.toStorage(plain, CONTEXT);

      assertThat(cipher.fromStorage(stored, CONTEXT).bytes()).isEqualTo(plain);
      assertThat(cipher.toStorage(plain, CONTEXT)).isNotEqualTo(stored); // Never the same nonce.
    }
  }

  @ParameterizedTest
  @MethodSource("ciphers")
  void refusesWhatIsTooShort(Transformer cipher) {
    for (int size : List.of(0, 1, 11, 16)) {
      assertThatThrownBy(() -> cipher.fromStorage(new byte[size], CONTEXT))
          .isInstanceOf(UnreadableException.class);
    }
  }

  @Test
  void noticesEveryChangedBitThatIsAuthenticated() {
    for (var cipher :
        List.of(new AesGcm(COUNTING, new Random(1)), new SecretBox(COUNTING, new Random(3)))) {
      var stored = cipher.toStorage(PLAIN, CONTEXT);
      for (int bit = 0; bit < stored.length * 8; bit++) {
        var forged = stored.clone();
        forged[bit / 8] ^= (byte) (1 << bit % 8);
        assertThatThrownBy(() -> cipher.fromStorage(forged, CONTEXT))
            .isInstanceOf(UnreadableException.class);
      }
    }
  }

  @Test
  void bindsAValueToItsKeyInTheStore() {
    var gcm = new AesGcm(COUNTING, new SecureRandom());
    var stored = gcm.toStorage(PLAIN, CONTEXT);

    assertThatThrownBy(() -> gcm.fromStorage(stored, utf8("/registry/secrets/default/other")))
        .isInstanceOf(UnreadableException.class)
        .hasMessage("cipher: message authentication failed");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
