import { expect, it } from 'vitest';
import { closestName } from '#dist/io/closest-name.js';

it('finds a name with a letter missing, doubled, replaced or swapped', () => {
  const names = ['airlines.csv', 'flights.csv', 'hadoop.log'];
  expect(closestName('airline.csv', names)).toBe('airlines.csv');
  expect(closestName('flightss.csv', names)).toBe('flights.csv');
  expect(closestName('hadoop.lag', names)).toBe('hadoop.log');
  expect(closestName('fligths.csv', names)).toBe('flights.csv');
});

it('takes a name that differs in case only', () => {
  expect(closestName('README', ['readme'])).toBe('readme');
});

it('finds nothing where every name is another word', () => {
  expect(closestName('orders', ['airlines', 'x'])).toBeNull();
});
