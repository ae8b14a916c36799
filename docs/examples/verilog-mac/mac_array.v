// Multiplies and accumulates LANES products a clock, then requantises as TensorFlow Lite's reference kernels do: the
// module that testbench.v expects. -DBUG leaves out the rounding, which is half a step of the output.
`ifndef BUG
`define BUG 0
`endif
module mac_array #(parameter LANES = 4) (
  input clk, input start, input valid, input finish,
  input [LANES*8-1:0] x, w,
  input [LANES*32-1:0] w_zero_point, bias, multiplier, shift, scale,
  output reg [LANES*32-1:0] sum,
  output reg [LANES*8-1:0] y,
  output reg done
);
  `include "geometry.vh"

  // sum * multiplier * 2^(shift - 31), rounded twice, half away from zero (tflite-double); shift is not above 0 here.
  function signed [31:0] requantised(input signed [31:0] sum, m, s);
    reg signed [63:0] product, high, rest, threshold;
    begin
      product = sum * m;
      if (`BUG == 0) product = product + (product >= 0 ? 64'sd1073741824 : -64'sd1073741823);
      high = product / 64'sd2147483648;
      rest = high - ((high >>> -s) <<< -s);
      threshold = ((64'sd1 <<< -s) - 1) >>> 1;
      if (high < 0) threshold = threshold + 1;
      requantised = (high >>> -s) + (`BUG == 0 && rest > threshold ? 1 : 0);
    end
  endfunction

  integer lane;
  reg signed [31:0] tap, result;
  always @(posedge clk) begin
    done <= finish;
    for (lane = 0; lane < LANES; lane = lane + 1) begin
      if (start) sum[lane*32 +: 32] <= bias[lane*32 +: 32];
      if (valid) begin
        tap = $signed(x[lane*8 +: 8]) - CONV_INPUT_ZERO_POINT;
        tap = tap * ($signed(w[lane*8 +: 8]) - $signed(w_zero_point[lane*32 +: 32]));
        sum[lane*32 +: 32] <= $signed(sum[lane*32 +: 32]) + tap;
      end
      if (finish) begin
        result = requantised(sum[lane*32 +: 32], multiplier[lane*32 +: 32], shift[lane*32 +: 32]);
        result = result + CONV_OUTPUT_ZERO_POINT;
        if (result < CONV_OUTPUT_MIN) result = CONV_OUTPUT_MIN;
        if (result > CONV_OUTPUT_MAX) result = CONV_OUTPUT_MAX;
        y[lane*8 +: 8] <= result[7:0];
      end
    end
  end
endmodule
