package io.kubejar.apiserver.kms;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.protobuf.ProtobufReader;
import io.kubejar.apimachinery.protobuf.ProtobufWriter;
import io.kubejar.apiserver.kms.KmsPlugin.Encrypted;
import io.kubejar.apiserver.kms.KmsPlugin.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// The three calls, with their messages. Fields are written last one first.
final class KmsMethods {
  private static final String SERVICE = "v2.KeyManagementService";

  /// Has no fields.
  record StatusRequest() {}

  record EncryptRequest(Bytes plaintext, String uid) {}

  record DecryptRequest(Encrypted encrypted, String uid) {}

  static final MethodDescriptor<StatusRequest, Status> STATUS =
      method(
          "Status",
          marshaller((_, _) -> {}, _ -> new StatusRequest()),
          marshaller(KmsMethods::writeStatus, KmsMethods::readStatus));

  static final MethodDescriptor<EncryptRequest, Encrypted> ENCRYPT =
      method(
          "Encrypt",
          marshaller(KmsMethods::writeEncryptRequest, KmsMethods::readEncryptRequest),
          marshaller(KmsMethods::writeEncrypted, KmsMethods::readEncrypted));

  static final MethodDescriptor<DecryptRequest, Bytes> DECRYPT =
      method(
          "Decrypt",
          marshaller(KmsMethods::writeDecryptRequest, KmsMethods::readDecryptRequest),
          marshaller(KmsMethods::writePlaintext, KmsMethods::readPlaintext));

  private KmsMethods() {}

  private static void writeStatus(Status status, ProtobufWriter out) {
    text(out, 3, status.keyId());
    text(out, 2, status.healthz());
    text(out, 1, status.version());
  }

  private static Status readStatus(ProtobufReader in) {
    var status = new Status("", "", "");
    for (int field = in.nextField(); field != 0; field = in.nextField()) {
      switch (field) {
        case 1 -> status = new Status(in.string(), status.healthz(), status.keyId());
        case 2 -> status = new Status(status.version(), in.string(), status.keyId());
        case 3 -> status = new Status(status.version(), status.healthz(), in.string());
        default -> in.skip();
      }
    }
    return status;
  }

  private static void writeEncryptRequest(EncryptRequest request, ProtobufWriter out) {
    text(out, 2, request.uid());
    out.bytes(1, request.plaintext());
  }

  private static EncryptRequest readEncryptRequest(ProtobufReader in) {
    var request = new EncryptRequest(Bytes.EMPTY, "");
    for (int field = in.nextField(); field != 0; field = in.nextField()) {
      switch (field) {
        case 1 -> request = new EncryptRequest(in.bytes(), request.uid());
        case 2 -> request = new EncryptRequest(request.plaintext(), in.string());
        default -> in.skip();
      }
    }
    return request;
  }

  private static void writeEncrypted(Encrypted encrypted, ProtobufWriter out) {
    out.bytesMap(3, encrypted.annotations());
    text(out, 2, encrypted.keyId());
    out.bytes(1, encrypted.ciphertext());
  }

  private static Encrypted readEncrypted(ProtobufReader in) {
    var ciphertext = Bytes.EMPTY;
    var keyId = "";
    var annotations = Map.<String, Bytes>of();
    for (int field = in.nextField(); field != 0; field = in.nextField()) {
      switch (field) {
        case 1 -> ciphertext = in.bytes();
        case 2 -> keyId = in.string();
        case 3 -> annotations = in.putBytes(annotations);
        default -> in.skip();
      }
    }
    return new Encrypted(ciphertext, keyId, annotations);
  }

  private static void writeDecryptRequest(DecryptRequest request, ProtobufWriter out) {
    out.bytesMap(4, request.encrypted().annotations());
    text(out, 3, request.encrypted().keyId());
    text(out, 2, request.uid());
    out.bytes(1, request.encrypted().ciphertext());
  }

  private static DecryptRequest readDecryptRequest(ProtobufReader in) {
    var ciphertext = Bytes.EMPTY;
    var uid = "";
    var keyId = "";
    var annotations = Map.<String, Bytes>of();
    for (int field = in.nextField(); field != 0; field = in.nextField()) {
      switch (field) {
        case 1 -> ciphertext = in.bytes();
        case 2 -> uid = in.string();
        case 3 -> keyId = in.string();
        case 4 -> annotations = in.putBytes(annotations);
        default -> in.skip();
      }
    }
    return new DecryptRequest(new Encrypted(ciphertext, keyId, annotations), uid);
  }

  private static void writePlaintext(Bytes plaintext, ProtobufWriter out) {
    out.bytes(1, plaintext);
  }

  private static Bytes readPlaintext(ProtobufReader in) {
    var plaintext = Bytes.EMPTY;
    for (int field = in.nextField(); field != 0; field = in.nextField()) {
      if (field == 1) {
        plaintext = in.bytes();
      } else {
        in.skip();
      }
    }
    return plaintext;
  }

  /// Nothing for an empty text, as proto3 has it.
  private static void text(ProtobufWriter out, int field, String text) {
    if (!text.isEmpty()) {
      out.string(field, text);
    }
  }

  private static <Q, R> MethodDescriptor<Q, R> method(
      String name, Marshaller<Q> request, Marshaller<R> response) {
    return MethodDescriptor.<Q, R>newBuilder()
        .setType(MethodType.UNARY)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
        .setRequestMarshaller(request)
        .setResponseMarshaller(response)
        .build();
  }

  private static <T> Marshaller<T> marshaller(
      BiConsumer<T, ProtobufWriter> write, Function<ProtobufReader, T> read) {
    return new Marshaller<>() {
      @Override
      public InputStream stream(T message) {
        var out = new ProtobufWriter();
        write.accept(message, out);
        return new ByteArrayInputStream(out.bytes());
      }

      @Override
      public T parse(InputStream stream) {
        try {
          return read.apply(ProtobufReader.of(stream.readAllBytes()));
        } catch (IOException broken) {
          throw new UncheckedIOException(broken);
        }
      }
    };
  }
}
