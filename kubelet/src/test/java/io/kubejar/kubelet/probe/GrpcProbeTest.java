package io.kubejar.kubelet.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.GRPCAction;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Probe;
import io.kubejar.cri.CriClient;
import io.kubejar.cri.health.HealthCheckRequest;
import io.kubejar.cri.health.HealthCheckResponse;
import io.kubejar.cri.health.HealthCheckResponse.ServingStatus;
import io.kubejar.kubelet.pod.SeenContainer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real gRPC server that speaks the health protocol.
class GrpcProbeTest {
  private static final String SERVICE = "grpc.health.v1.Health";

  @TempDir Path directory;
  private int port;
  private Runnable stop = () -> {};

  @BeforeEach
  void startServer() throws Exception {
    start(
        ServerServiceDefinition.builder(SERVICE)
            .addMethod(check(), ServerCalls.asyncUnaryCall(GrpcProbeTest::answer))
            .build());
  }

  private void start(ServerServiceDefinition service) throws Exception {
    stop.run();
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(service)
            .build()
            .start();
    port = server.getPort();
    stop = server::shutdownNow;
  }

  @AfterEach
  void stopServer() {
    stop.run();
  }

  private static MethodDescriptor<HealthCheckRequest, HealthCheckResponse> check() {
    return MethodDescriptor.<HealthCheckRequest, HealthCheckResponse>newBuilder()
        .setType(MethodType.UNARY)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Check"))
        .setRequestMarshaller(ProtoUtils.marshaller(HealthCheckRequest.getDefaultInstance()))
        .setResponseMarshaller(ProtoUtils.marshaller(HealthCheckResponse.getDefaultInstance()))
        .build();
  }

  private static void answer(
      HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
    switch (request.getService()) {
      case "" -> reply(observer, ServingStatus.SERVING);
      case "down" -> reply(observer, ServingStatus.NOT_SERVING);
      case "slow" -> {} // Never answers.
      default ->
          observer.onError(
              Status.NOT_FOUND.withDescription("unknown service").asRuntimeException());
    }
  }

  private static void reply(StreamObserver<HealthCheckResponse> observer, ServingStatus status) {
    observer.onNext(HealthCheckResponse.newBuilder().setStatus(status).build());
    observer.onCompleted();
  }

  @Test
  void passesWhenTheServerServes() throws Exception {
    assertThat(ask("")).isEqualTo(ProbeResult.PASSED);
  }

  @Test
  void failsWhenTheServiceDoesNotServe() throws Exception {
    assertThat(ask("down"))
        .isEqualTo(ProbeResult.failed("service unhealthy (responded with \"NOT_SERVING\")"));
  }

  @Test
  void failsWhenTheServiceIsUnknown() throws Exception {
    var result = ask("other");

    assertThat(result.passed()).isFalse();
    assertThat(result.output())
        .startsWith("error: health rpc probe failed:")
        .contains("unknown service");
  }

  @Test
  void failsWhenTheServerKnowsNothingOfHealth() throws Exception {
    start(ServerServiceDefinition.builder("other.Service").build());

    assertThat(ask("").output())
        .startsWith("error: this server does not implement the grpc health protocol");
  }

  @Test
  void failsWhenTheAnswerDoesNotCome() throws Exception {
    var result = ask("slow");

    assertThat(result.passed()).isFalse();
    assertThat(result.output()).startsWith("timeout: ").contains("within 1s");
  }

  @Test
  void failsWhenNobodyListens() throws Exception {
    stopServer();

    var result = ask("");

    assertThat(result.passed()).isFalse();
    assertThat(result.output())
        .isEqualTo("error: failed to connect service at \"127.0.0.1:" + port + "\"");
  }

  private ProbeResult ask(String service) throws InterruptedException {
    var probe = Probe.EMPTY.withGrpc(new GRPCAction(port, service)).withTimeoutSeconds(1);
    var seen =
        new SeenContainer(
            "id",
            "sandbox",
            "main",
            0,
            SeenContainer.State.RUNNING,
            Instant.EPOCH,
            Instant.EPOCH,
            null,
            0,
            "",
            "",
            "",
            "",
            "",
            "");
    var target = new ProbeTarget(Pod.EMPTY, Container.EMPTY, seen, "127.0.0.1");
    // A probe by gRPC needs no runtime; there is none at that address.
    try (var cri = CriClient.connect(directory.resolve("nothing.sock"))) {
      return new ProbeRun(cri, target, probe).run();
    }
  }
}
