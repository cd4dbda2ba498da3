package io.kubejar.apiserver.kms;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A key management plugin behind a real socket. It knows no messages of ours: it reads and writes
/// numbered fields. What it encrypts it turns around and marks with the name of its key.
public final class TestKmsPlugin implements AutoCloseable {
  private static final String SERVICE = "v2.KeyManagementService";
  private static final String ANNOTATION = "note.test.kubejar.io";

  private final Path socket;
  private final AtomicInteger decryptions = new AtomicInteger();
  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private volatile String keyId = "key-1";
  private volatile String healthz = "ok";
  private @Nullable Server server;

  public TestKmsPlugin(Path socket) {
    this.socket = socket;
  }

  public void start() throws IOException {
    server =
        NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .channelType(NioServerDomainSocketChannel.class)
            .bossEventLoopGroup(loop)
            .workerEventLoopGroup(loop)
            .addService(service())
            .build()
            .start();
  }

  public void stop() throws IOException {
    if (server != null) {
      server.shutdownNow();
      server = null;
    }
    Files.deleteIfExists(socket);
  }

  public void useKey(String name) {
    keyId = name;
  }

  public void say(String health) {
    healthz = health;
  }

  /// How often it was asked to decrypt.
  public int decryptions() {
    return decryptions.get();
  }

  @Override
  public void close() throws IOException {
    stop();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private ServerServiceDefinition service() {
    return ServerServiceDefinition.builder(SERVICE)
        .addMethod(method("Status"), unary(_ -> fields(1, "v2", 2, healthz, 3, keyId)))
        .addMethod(method("Encrypt"), unary(this::encrypt))
        .addMethod(method("Decrypt"), unary(this::decrypt))
        .build();
  }

  private UnknownFieldSet encrypt(UnknownFieldSet request) {
    var name = keyId;
    var cipher = ByteString.copyFromUtf8(name + ":").concat(turned(bytes(request, 1)));
    var annotation = fields(1, ANNOTATION, 2, "of " + name).toByteString();
    return fields(1, cipher, 2, name, 3, annotation);
  }

  private UnknownFieldSet decrypt(UnknownFieldSet request) {
    decryptions.incrementAndGet();
    var head = bytes(request, 3).concat(ByteString.copyFromUtf8(":"));
    var cipher = bytes(request, 1);
    var annotation = fields(1, ANNOTATION, 2, "of " + bytes(request, 3).toStringUtf8());
    if (!cipher.startsWith(head) || !bytes(request, 4).equals(annotation.toByteString())) {
      throw new StatusRuntimeException(Status.INVALID_ARGUMENT.withDescription("not mine"));
    }
    return fields(1, turned(cipher.substring(head.size())));
  }

  private static ByteString turned(ByteString bytes) {
    var turned = bytes.toByteArray();
    for (int i = 0; i < turned.length; i++) {
      turned[i] ^= (byte) 0xff;
    }
    return ByteString.copyFrom(turned);
  }

  /// The seed or key inside of what this plugin encrypted.
  public static byte[] opened(byte[] encrypted, String keyId) {
    return turned(ByteString.copyFrom(encrypted).substring(keyId.length() + 1)).toByteArray();
  }

  /// What this plugin would make of a key.
  public static byte[] closed(byte[] key, String keyId) {
    return ByteString.copyFromUtf8(keyId + ":")
        .concat(turned(ByteString.copyFrom(key)))
        .toByteArray();
  }

  /// A field of a message; no bytes if it is absent.
  public static ByteString bytes(UnknownFieldSet message, int number) {
    var found = message.getField(number).getLengthDelimitedList();
    return found.isEmpty() ? ByteString.EMPTY : found.getLast();
  }

  /// A message of numbers, each followed by its text, bytes or message.
  public static UnknownFieldSet fields(Object... numbersAndValues) {
    var message = UnknownFieldSet.newBuilder();
    for (int i = 0; i < numbersAndValues.length; i += 2) {
      var value =
          numbersAndValues[i + 1] instanceof ByteString bytes
              ? bytes
              : ByteString.copyFromUtf8(numbersAndValues[i + 1].toString());
      message.addField(
          (Integer) numbersAndValues[i], Field.newBuilder().addLengthDelimited(value).build());
    }
    return message.build();
  }

  private static io.grpc.ServerCallHandler<UnknownFieldSet, UnknownFieldSet> unary(
      UnaryOperator<UnknownFieldSet> answer) {
    return ServerCalls.asyncUnaryCall(
        (request, out) -> {
          try {
            out.onNext(answer.apply(request));
            out.onCompleted();
          } catch (StatusRuntimeException refused) {
            out.onError(refused);
          }
        });
  }

  private static MethodDescriptor<UnknownFieldSet, UnknownFieldSet> method(String name) {
    return MethodDescriptor.<UnknownFieldSet, UnknownFieldSet>newBuilder()
        .setType(MethodType.UNARY)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
        .setRequestMarshaller(MARSHALLER)
        .setResponseMarshaller(MARSHALLER)
        .build();
  }

  private static final Marshaller<UnknownFieldSet> MARSHALLER =
      new Marshaller<>() {
        @Override
        public InputStream stream(UnknownFieldSet message) {
          return new ByteArrayInputStream(message.toByteArray());
        }

        @Override
        public UnknownFieldSet parse(InputStream stream) {
          try {
            return UnknownFieldSet.parseFrom(stream);
          } catch (InvalidProtocolBufferException malformed) {
            throw new IllegalArgumentException(malformed);
          } catch (IOException broken) {
            throw new UncheckedIOException(broken);
          }
        }
      };
}
