// Multiplies and accumulates LANES products a clock, and requantises by each of the three rules: a module for the testbench
// that `separable vectors --type int8 --format hex` writes. Nothing of it was copied from separable.
//
//   iverilog -g2005 testbench.v mac_array.v -o testbench && vvp testbench
//
// With -DFAULT=1 sums are 16 bits wide, with 2 the zero point of the input is forgotten, with 3 results are truncated, with 4
// they wrap instead of saturating.
`ifndef FAULT
`define FAULT 0
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

  function signed [31:0] byte_of(input [7:0] bits, input integer is_unsigned);
    byte_of = is_unsigned ? {24'b0, bits} : {{24{bits[7]}}, bits};
  endfunction

  // acc * multiplier * 2^(shift - 31): the upper half of twice the product, rounded; then a division by a power of two.
  function signed [31:0] twice(input signed [31:0] acc, m, s);
    reg signed [63:0] product, high, rest, threshold;
    integer right;
    begin
      product = s > 0 ? (acc <<< s) * m : acc * m;
      product = product + (product >= 0 ? 64'sd1073741824 : -64'sd1073741823);
      high = product / 64'sd2147483648;
      right = s < 0 ? -s : 0;
      rest = high - ((high >>> right) <<< right);
      threshold = ((64'sd1 <<< right) - 1) >>> 1;
      if (high < 0) threshold = threshold + 1;
      twice = (high >>> right) + (rest > threshold ? 1 : 0);
    end
  endfunction

  // The same with one rounding, half up.
  function signed [31:0] once(input signed [31:0] acc, m, s);
    reg signed [63:0] product;
    begin
      product = acc * m;
      once = (product + (64'sd1 <<< (30 - s))) >>> (31 - s);
    end
  endfunction

  // value / 2^places, half to even; value is not negative.
  function [63:0] half_even(input [63:0] value, input integer places);
    reg [63:0] rest, half;
    begin
      half_even = places > 63 ? 0 : value >> places;
      rest = places > 63 ? value : value - (half_even << places);
      half = places > 63 || places == 0 ? {64{1'b1}} : 64'd1 << (places - 1);
      if (rest > half || (rest == half && half_even[0])) half_even = half_even + 1;
    end
  endfunction

  // f32(f32(acc) * scale) to an integer, every step half to even: what a float unit does, in integers.
  function signed [31:0] by_float(input signed [31:0] acc, input [31:0] bits);
    reg [63:0] magnitude, product;
    integer width, places, exponent;
    begin
      magnitude = acc < 0 ? -{{32{acc[31]}}, acc} : acc;
      exponent = 0;
      for (width = 0; (magnitude >> width) != 0; width = width + 1) ;
      if (width > 24) begin // f32(acc) has 24 bits
        exponent = width - 24;
        magnitude = half_even(magnitude, exponent);
      end
      product = magnitude * {40'b0, 1'b1, bits[22:0]};
      exponent = exponent + bits[30:23] - 150;
      for (width = 0; (product >> width) != 0; width = width + 1) ;
      if (width > 24) begin
        product = half_even(product, width - 24);
        exponent = exponent + width - 24;
      end
      places = -exponent;
      product = places > 0 ? half_even(product, places) : product << exponent;
      by_float = acc < 0 ? -product : product;
    end
  endfunction

  function signed [31:0] requantised(input signed [31:0] acc, m, s, input [31:0] bits);
    if (`FAULT == 3) requantised = (acc * 64'sd1 * m) >>> (31 - s);
    else case (CONV_ROUNDING)
      1: requantised = twice(acc, m, s);
      2: requantised = once(acc, m, s);
      default: requantised = by_float(acc, bits);
    endcase
  endfunction

  integer lane;
  reg signed [31:0] term, result;
  reg signed [15:0] narrow;
  always @(posedge clk) begin
    done <= finish;
    for (lane = 0; lane < LANES; lane = lane + 1) begin
      if (start) sum[lane*32 +: 32] <= bias[lane*32 +: 32];
      if (valid) begin
        term = byte_of(x[lane*8 +: 8], CONV_INPUT_TYPE) - (`FAULT == 2 ? 0 : CONV_INPUT_ZERO_POINT);
        term = term * (byte_of(w[lane*8 +: 8], CONV_FILTER_TYPE) - $signed(w_zero_point[lane*32 +: 32]));
        term = term + $signed(sum[lane*32 +: 32]);
        narrow = term;
        sum[lane*32 +: 32] <= `FAULT == 1 ? narrow : term;
      end
      if (finish) begin
        result = requantised(sum[lane*32 +: 32], multiplier[lane*32 +: 32], shift[lane*32 +: 32], scale[lane*32 +: 32]);
        result = result + CONV_OUTPUT_ZERO_POINT;
        if (`FAULT != 4) begin
          if (result < CONV_OUTPUT_MIN) result = CONV_OUTPUT_MIN;
          if (result > CONV_OUTPUT_MAX) result = CONV_OUTPUT_MAX;
        end
        y[lane*8 +: 8] <= result[7:0];
      end
    end
  end
endmodule
